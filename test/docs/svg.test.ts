import { describe, expect, it } from 'vitest';
import { svgOf } from '../../scripts/picture/svg.ts';

const E = '\u001b';
const svg = (screen: string, more = {}) => svgOf({ screen, columns: 80, title: 't', description: 'd', ...more });
const texts = (screen: string) => svg(screen).match(/<text.*/g);

describe('a picture of a terminal', () => {
  it('has each text where it stands, and as wide as its columns', () => {
    expect(texts('ab  c\n\nd')).toEqual([
      '<text x="20" y="35" textLength="16.8">ab</text>',
      '<text x="53.6" y="35" textLength="8.4">c</text>',
      '<text x="20" y="75" textLength="8.4">d</text>',
    ]);
    expect(svg('a\nb')).toContain('viewBox="0 0 712 80"');
  });

  it('has a class for each colour and weight, and colours for it, light and dark', () => {
    const screen = `${E}[31mr${E}[0m${E}[32mg${E}[0m${E}[33my${E}[0m${E}[2mf${E}[0m${E}[1;31mb`;
    const [light = '', dark = ''] = svg(screen).split('@media(prefers-color-scheme:dark){');
    const names = texts(screen)?.map((text) => /class="(.*?)"/.exec(text)?.[1]);
    expect(names).toEqual(['red', 'green', 'yellow', 'faint', 'bold red']);
    for (const name of ['.red', '.green', '.yellow', '.faint', '.ground', 'text']) {
      const [onLight, onDark] = [fill(name, light), fill(name, dark)];
      expect({ name, onLight, onDark }).toEqual({ name, onLight: expect.any(String), onDark: expect.any(String) });
      expect(onLight).not.toBe(onDark);
      if (name === '.ground') continue;
      expect(contrast(onLight, fill('.ground', light))).toBeGreaterThan(4.5);
      expect(contrast(onDark, fill('.ground', dark))).toBeGreaterThan(4.5);
    }
  });

  it('is well-formed whatever is printed', () => {
    expect(texts('<a href="x">&amp;')).toEqual([
      '<text x="20" y="35" textLength="142.8">&lt;a href=&quot;x&quot;&gt;&amp;amp;</text>',
    ]);
  });

  it('says what it is to those who cannot see it', () => {
    const made = svg('', { title: 'a & b', description: 'what <c> prints' });
    expect(made).toContain('role="img" aria-labelledby="title description"');
    expect(made).toContain('<title id="title">a &amp; b</title>');
    expect(made).toContain('<desc id="description">what &lt;c&gt; prints</desc>');
  });
});

const fill = (name: string, rules: string) => rules.split(`\n${name}{fill:`)[1]?.slice(0, '#rrggbb'.length);

/** WCAG 2.2, contrast ratio. */
function contrast(one = '', other = ''): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/\w\w/g) ?? []).map((part) => {
    const share = Number.parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
