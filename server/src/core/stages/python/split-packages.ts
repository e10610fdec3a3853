import { declineAt, isDeclined, type Outcome } from '../../decline';
import type { Dockerfile } from '../../dockerfile/model';
import type { WorkspaceFacts } from '../../project/workspace';
import type { Conversion } from '../../rule';
import type { SplitPlan } from '../render';
import { splitOffers } from '../split-offers';
import { aptNames } from './packages';
import { type PackagesPlan, type PythonEcosystem, planPackages } from './packages-plan';
import { isInstallerCall } from './stage-reading';
import { twoStages } from './two-stages';

/** Offers to split the stage that installs Python packages in one of the ways. */
export function packageOffers(ecosystem: PythonEcosystem): Conversion<Dockerfile>['offers'] {
  return splitOffers((file, workspace) => {
    const plan = planPackages(ecosystem, file, workspace);
    if (isDeclined(plan)) return plan;
    const { from } = plan.whole.stage;
    return leavesNothing(plan) ? declineAt(file, from, 'nothing-to-leave-out') : splitBy(plan);
  });
}

/** True where both stages have the same image, and all that is installed serves when the container runs. */
function leavesNothing(plan: PackagesPlan): boolean {
  const { whole, slim } = plan;
  const installs = whole.runs.flatMap(({ parts }) => parts);
  const hasInstaller = installs.some(
    part =>
      isInstallerCall(part) || (part.role.kind === 'pip-install' && part.role.installs === 'installers'),
  );
  return slim === undefined && leftOut(plan).length === 0 && !hasInstaller;
}

/** How the stage that installs Python packages is split in one of the ways. */
export function splitPackages(
  ecosystem: PythonEcosystem,
  file: Dockerfile,
  workspace: WorkspaceFacts,
): Outcome<SplitPlan> {
  const plan = planPackages(ecosystem, file, workspace);
  return isDeclined(plan) ? plan : splitBy(plan);
}

function splitBy(plan: PackagesPlan): SplitPlan {
  const { whole, slim } = plan;
  const image = whole.base.slim ? undefined : slim;
  return { stage: whole.stage, image, leaves: leftOut(plan), split: () => twoStages(plan) };
}

/** What the final stage gets rid of, by name, of what the file installs. */
function leftOut({ whole, buildOnly }: PackagesPlan): readonly string[] {
  const names = new Set(aptNames(whole.runs));
  return buildOnly.filter(name => names.has(name));
}
