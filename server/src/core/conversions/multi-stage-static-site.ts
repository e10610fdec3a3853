import { gainOver } from '../analysis/sizes/image-gain';
import { isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';
import { nginxSite } from '../stages/nginx-site';
import { planStaticSite } from '../stages/static-site-plan';

export const multiStageStaticSite = dockerfileConversion({
  meta: {
    id: 'multi-stage-static-site',
    title: 'Convert to a multi-stage build served by nginx',
    since: '0.2.0',
    summary:
      'Node, the bundler and all dependencies stay in a builder stage; nginx serves the built folder on the same port',
    safety: 'unsafe',
    rewrites: ['CMD', 'ENTRYPOINT', 'USER', 'HEALTHCHECK'],
  },
  offers(file, { workspace, engine }) {
    const plan = planStaticSite(file, workspace);
    if (isDeclined(plan)) return [plan];
    const { stage, start, image, configPath, edits } = plan;
    return [
      {
        kind: 'offer',
        at: stage.span,
        ...gainOver(stage, image, engine),
        changes: () => [
          { kind: 'edit', path: file.path, edits },
          {
            kind: 'create',
            path: configPath,
            text: nginxSite(start),
            because:
              'It sets the folder and port that nginx serves, and the answer for paths that are not files',
          },
        ],
      },
    ];
  },
});
