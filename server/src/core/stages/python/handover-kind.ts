import type { PlainReasonCode } from '../../decline';
import type { PipCommand } from '../../shell/pip';
import type { Edit } from '../../text/edit';
import { environmentEdits, userSiteEdits, wheelEdits } from './pip-lines';
import type { Role } from './run-roles';
import { unassignEdits } from './uv-system';

/** How packages get from the stage that builds them into the final stage, with all that differs between the ways. */
export interface HandoverKind {
  /** What the final stage gets: wheels that it installs, or the folder that holds the installed packages. */
  readonly delivers: 'wheels' | 'packages';
  /** What installs the packages, for sentences: `pip, Poetry, Pipenv or uv pip`. */
  readonly installers: string;
  readonly installsWithPip: boolean;
  /** True where the folder may be a virtual environment that the stage makes itself. */
  readonly readsOwnEnvironment: boolean;
  /** True where the folder is of the user who installs, so that this user may be another than root. */
  readonly keepsUser: boolean;
  /** True where a step of this role, by an installer other than plain pip, is one that can be moved. */
  takes(installer: string, role: Role): boolean;
  /** Why it declines where packages are installed into a virtual environment that is not its own. */
  readonly intoEnvironment: PlainReasonCode;
  /** What is wrong with an option of pip, behind `installs with --target, `. */
  readonly optionEffect: string;
  /** Variables that change what its installers do. */
  readonly changedBy: RegExp;
  /** What `pip install` is written as in the builder. */
  pipEdits(pip: PipCommand, cache: 'kept in a mount' | 'left out'): readonly Edit[];
}

const ONLY_PIP = {
  installers: 'pip',
  installsWithPip: true,
  readsOwnEnvironment: false,
  keepsUser: true,
  takes: () => false,
  intoEnvironment: 'installs-into-environment',
} as const;

/** By what the conversions call them. */
export const HANDOVER_KINDS = {
  wheels: {
    ...ONLY_PIP,
    delivers: 'wheels',
    optionEffect: 'which pip wheel does not take',
    changedBy:
      /^PIP_(TARGET|PREFIX|ROOT|USER|NO_BINARY|ONLY_BINARY|REQUIRE_HASHES|REQUIRE_VIRTUALENV|NO_INDEX|CONSTRAINT|REQUIREMENT)$/,
    pipEdits: wheelEdits,
  },
  'user-site': {
    ...ONLY_PIP,
    delivers: 'packages',
    optionEffect: 'which has no place in a home folder',
    changedBy:
      /^PIP_(TARGET|PREFIX|ROOT|REQUIRE_VIRTUALENV|NO_INDEX|NO_BUILD_ISOLATION)$|^(PYTHONHOME|PYTHONUSERBASE|PYTHONNOUSERSITE|HOME)$/,
    pipEdits: pip => [...userSiteEdits(pip), ...unassignEdits(pip)],
  },
  venv: {
    delivers: 'packages',
    installers: 'pip, Poetry, Pipenv or uv pip',
    installsWithPip: true,
    readsOwnEnvironment: true,
    keepsUser: false,
    takes: (installer, { kind }) =>
      kind === 'installer-setup' ||
      kind === 'pip-install' ||
      (kind === 'project-install' && installer !== 'uv'),
    intoEnvironment: 'installs-into-environment-of-others',
    optionEffect: 'which has no place in a virtual environment',
    changedBy: /^PIP_(TARGET|PREFIX|ROOT|USER|NO_INDEX|NO_BUILD_ISOLATION)$|^PYTHONHOME$/,
    pipEdits: pip => [...environmentEdits(pip), ...unassignEdits(pip)],
  },
  'uv-sync': {
    delivers: 'packages',
    installers: 'uv sync',
    installsWithPip: false,
    readsOwnEnvironment: false,
    keepsUser: true,
    takes: (installer, { kind }) =>
      installer === 'uv' && (kind === 'installer-setup' || kind === 'project-install'),
    intoEnvironment: 'environment-beside-uv',
    optionEffect: 'which uv knows nothing of',
    changedBy: /^UV_(OFFLINE|PYTHON|PYTHON_INSTALL_DIR|PYTHON_PREFERENCE|MANAGED_PYTHON)$/,
    pipEdits: () => [],
  },
} as const satisfies Readonly<Record<string, HandoverKind>>;

export type HandoverId = keyof typeof HANDOVER_KINDS;
