const SVG = 'http://www.w3.org/2000/svg';

/** Points right; the style sheet turns it when the row is unfolded. */
export function chevron(): SVGSVGElement {
  return icon('chevron', 16, shape('path', { d: 'M6 4l4 4-4 4' }));
}

/** The Plimsoll line, as in the activity bar. */
export function loadLine(): SVGSVGElement {
  const circle = shape('circle', { cx: '12', cy: '12', r: '7' });
  return icon('load-line', 24, circle, shape('path', { d: 'M2 12h20' }));
}

function icon(name: string, size: number, ...shapes: SVGElement[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', name);
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(...shapes);
  return svg;
}

function shape(name: 'path' | 'circle', attributes: Readonly<Record<string, string>>): SVGElement {
  const created = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  return created;
}
