import { startupInstalls } from '../../analysis/installs/start-up';
import { isDevelopmentFile, isDevelopmentService, isOneShot } from '../../analysis/services/service-kind';
import { composeRule } from '../../rule';

export const installAtStartup = composeRule({
  meta: {
    id: 'install-at-startup',
    category: 'speed',
    severity: 'warning',
    since: '0.1.0',
    fix: 'none',
    summary: 'A service installs its dependencies each time its container starts',
  },
  *check(file) {
    if (isDevelopmentFile(file.path)) return;
    const reported = new Set<number>();
    for (const service of file.services) {
      if (isDevelopmentService(service) || isOneShot(file, service)) continue;
      for (const { command, called } of startupInstalls(service)) {
        // An anchor brings one command to several services.
        if (reported.has(command.span.start)) continue;
        reported.add(command.span.start);
        yield {
          at: command.span,
          message: `${called} runs at every start of ${service.name.text}: slow starts, and none at all when a download fails`,
          conversions: ['runtime-install-to-image'],
        };
      }
    }
  },
});
