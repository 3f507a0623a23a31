/** What is looked for, marked where it stands in the rows; nothing of the page is changed for it. */

const NAME = "found";
/** Places that are marked at most. */
const MOST = 500;

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

export function marked(inside: HTMLElement | null, wanted: string): void {
  if (!inside || typeof Highlight === "undefined") return;
  if (!wanted) return void CSS.highlights.delete(NAME);
  const marks = new Highlight();
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && marks.size < MOST) {
    const node = walker.currentNode as Text;
    for (const at of places(node.data, wanted)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      marks.add(range);
    }
  }
  CSS.highlights.set(NAME, marks);
}
