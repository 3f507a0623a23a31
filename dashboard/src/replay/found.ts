/** What is looked for, marked where it stands in the rows; nothing of the page is changed for it. */
import type { Way } from "./sought";

const NAME = "found";
/** Those in the row that is looked at. */
const NOW = "found-now";
/** Places that are marked at most. */
const MOST = 500;
/** What a sub-agent did, unfolded in the row that started it; rows, of the session and in there. */
const BELOW = ".nested";
const ROWS = "[data-event], [data-inner]";

/** Where a text stands in another one, in small letters or large. */
export function places(text: string, wanted: string): number[] {
  const found: number[] = [];
  if (!wanted) return found;
  const [all, small] = [text.toLowerCase(), wanted.toLowerCase()];
  // a letter that is two in small ones would shift what is behind it
  if (all.length !== text.length) return found;
  for (let at = all.indexOf(small); at >= 0; at = all.indexOf(small, at + small.length)) found.push(at);
  return found;
}

const INLINE = /^(A|B|CODE|EM|I|KBD|MARK|SPAN|STRONG)$/;

/** The element whose line a text is part of, with its colours and other marks. */
function lineOf(node: Text): Element | null {
  let at = node.parentElement;
  while (at && INLINE.test(at.tagName)) at = at.parentElement;
  return at;
}

/** Texts that stand in one line; `whole`: those too that are unfolded below it. */
function* lines(inside: HTMLElement, whole: boolean): Generator<Text[]> {
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node instanceof Text ? NodeFilter.FILTER_ACCEPT : !whole && (node as Element).matches(BELOW) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP,
  );
  let [line, of]: [Text[], Element | null] = [[], null];
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    const next = lineOf(node);
    if (next !== of && line.length) {
      yield line;
      line = [];
    }
    of = next;
    line.push(node);
  }
  if (line.length) yield line;
}

/** Where a text stands in what is shown of an element. */
export function ranges(inside: HTMLElement, wanted: string, most = MOST, whole = true): Range[] {
  const found: Range[] = [];
  for (const line of lines(inside, whole)) {
    const starts: number[] = [];
    let whole = "";
    for (const node of line) {
      starts.push(whole.length);
      whole += node.data;
    }
    const put = (at: number, set: (node: Text, offset: number) => void) => {
      let index = starts.length - 1;
      while (index > 0 && starts[index]! > at) index -= 1;
      set(line[index]!, at - starts[index]!);
    };
    for (const at of places(whole, wanted)) {
      const range = new Range();
      put(at, (node, offset) => range.setStart(node, offset));
      put(at + wanted.length - 1, (node, offset) => range.setEnd(node, offset + 1));
      found.push(range);
      if (found.length >= most) return found;
    }
  }
  return found;
}

export function marked(inside: HTMLElement | null, wanted: string, now: Way): void {
  if (!inside || typeof Highlight === "undefined") return;
  CSS.highlights.delete(NAME);
  CSS.highlights.delete(NOW);
  if (!wanted) return;
  const row = rowAt(inside, now);
  const here = (one: Range) => row !== null && one.startContainer.parentElement!.closest(ROWS) === row;
  const all = ranges(inside, wanted);
  CSS.highlights.set(NAME, new Highlight(...all.filter((one) => !here(one))));
  CSS.highlights.set(NOW, new Highlight(...all.filter(here)));
}

export function rowIn(inside: HTMLElement | null, event: number): HTMLElement | null {
  return inside?.querySelector<HTMLElement>(`:scope > [data-event="${event}"]`) ?? null;
}

/** The row that a way leads to; null: it is not drawn, or not unfolded. */
export function rowAt(inside: HTMLElement | null, [first = 0, ...rest]: Way): HTMLElement | null {
  return rest.reduce<HTMLElement | null>((row, event) => row?.querySelector<HTMLElement>(`:scope > div > ${BELOW} > ol > [data-inner="${event}"]`) ?? null, rowIn(inside, first));
}

/** The way to the row that holds an element. */
export function wayTo(element: Element): Way {
  const way: number[] = [];
  for (let row = element.closest<HTMLElement>(ROWS); row; row = row.parentElement!.closest<HTMLElement>(ROWS)) way.unshift(Number(row.dataset.inner ?? row.dataset.event));
  return way;
}

/** What may hide a text in its row: it is closed, folded, or cut. */
const HIDING = ["button.b-turn[aria-expanded='false']", ".b-more[aria-expanded='false']", ".b-cut button:not(:disabled)"] as const;
/** Frames of waiting for what was opened, and for a whole text that has to be brought. */
const FRAMES = 30;

function frame(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => done()));
}

/** The first place of a text in a row, and not in what is unfolded below it: what hides it is opened, one thing after the other. */
export async function unhidden(row: () => HTMLElement | null, wanted: string, still: () => boolean): Promise<Range | null> {
  const seen = new Set<Element>();
  for (let waited = 0; waited < FRAMES && still(); waited += 1) {
    const element = row();
    const body = element?.querySelector<HTMLElement>(":scope > .body, :scope > .inner");
    const found = body && ranges(body, wanted, 1, false)[0];
    if (found) return found;
    const next = HIDING.flatMap((one) => [...(body?.querySelectorAll<HTMLElement>(one) ?? [])]).find((one) => !seen.has(one) && one.closest(ROWS) === element);
    if (next) {
      seen.add(next);
      next.click();
      waited = 0;
    }
    // an answer of a busy server takes longer than some frames
    if (body?.querySelector(".b-cut button:disabled")) waited = 0;
    await frame();
  }
  return null;
}
