export interface PageSources {
  /** Where the page may load style sheets from, as the policy names it. */
  readonly cspSource: string;
  /** A fresh random text for each page: only the script that carries it runs. */
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
}

/** What a page is: its title, and the id of the element that its script fills. */
export interface PageFrame {
  readonly title: string;
  readonly main: string;
}

export const layerFrame: PageFrame = { title: 'Layers', main: 'layers' };
export const proofFrame: PageFrame = { title: 'Proof', main: 'proof' };

/** A page, empty: its script fills it. Nothing runs or loads but our one script and style sheet. */
export function pageHtml(
  { title, main }: PageFrame,
  { cspSource, nonce, script, style }: PageSources,
): string {
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${style}">
</head>
<body data-vscode-context='{"preventDefaultContextMenuItems":true}'>
<main id="${main}"></main>
<div id="spoken" role="status"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
