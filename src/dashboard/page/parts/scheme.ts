import { element, setText } from './dom.ts';

const schemes = ['as the system', 'light', 'dark'] as const;
type Scheme = (typeof schemes)[number];

const rememberedAs = 'mlbench-scheme';
const darkRules = 'screen and (prefers-color-scheme: dark)';

/** Told to whatever paints by itself: the colours are others now. */
export const schemeChanged = 'schemechanged';

/** Light or dark, whatever the system has; the browser remembers it. */
export function createSchemeSwitch(): HTMLElement {
  const button = element('button', { id: 'scheme', className: 'quiet', attributes: { type: 'button' } });
  let scheme = remembered();
  const apply = () => {
    setText(button, `Colours: ${scheme}`);
    useScheme(scheme);
  };
  button.addEventListener('click', () => {
    scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length]!;
    try {
      localStorage.setItem(rememberedAs, scheme);
    } catch {
      // It holds until the page is closed.
    }
    apply();
    document.dispatchEvent(new Event(schemeChanged));
  });
  apply();
  return button;
}

/** The style sheet keeps its one set of dark colours: what they apply to is what changes. */
function useScheme(scheme: Scheme): void {
  const media = { 'as the system': darkRules, light: 'not all', dark: 'screen' }[scheme];
  for (const rule of darkRulesOf(document)) rule.media.mediaText = media;
  document.documentElement.style.colorScheme = scheme === 'as the system' ? '' : scheme;
}

let known: readonly CSSMediaRule[] | null = null;

function darkRulesOf({ styleSheets }: Document): readonly CSSMediaRule[] {
  known ??= [...styleSheets]
    .flatMap(({ cssRules }) => [...cssRules])
    .filter((rule) => rule instanceof CSSMediaRule)
    .filter(({ media }) => media.mediaText.includes('prefers-color-scheme: dark'));
  return known;
}

function remembered(): Scheme {
  try {
    const scheme = localStorage.getItem(rememberedAs);
    return schemes.find((one) => one === scheme) ?? 'as the system';
  } catch {
    return 'as the system';
  }
}
