import { isDeclined } from '../../decline';
import type { Dockerfile } from '../../dockerfile/model';
import type { WorkspaceFacts } from '../../project/workspace';
import type { Conversion } from '../../rule';
import { splitOffers } from '../split-offers';
import { aptNames } from './packages';
import { type PackagesPlan, type PythonEcosystem, planPackages } from './packages-plan';
import { twoStages } from './two-stages';

/** Offers to split the stage that installs Python packages in one of the ways. */
export function packageOffers(ecosystem: PythonEcosystem): Conversion<Dockerfile>['offers'] {
  return splitOffers((file, workspace) => splitPackages(ecosystem, file, workspace));
}

/** How the stage that installs Python packages is split in one of the ways. */
export function splitPackages(ecosystem: PythonEcosystem, file: Dockerfile, workspace: WorkspaceFacts) {
  const plan = planPackages(ecosystem, file, workspace);
  if (isDeclined(plan)) return plan;
  const { whole, slim } = plan;
  const image = whole.base.slim ? undefined : slim;
  return { stage: whole.stage, image, leaves: leftOut(plan), split: () => twoStages(plan) };
}

/** What the final stage gets rid of, by name, of what the file installs. */
function leftOut({ whole, buildOnly }: PackagesPlan): readonly string[] {
  const names = new Set(aptNames(whole.runs));
  return buildOnly.filter(name => names.has(name));
}
