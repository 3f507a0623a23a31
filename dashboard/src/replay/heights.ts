/** The heights of rows, so that the offset of any of very many is found at once: a binary indexed tree. */
export class Heights {
  private of = new Float64Array(0);
  private tree = new Float64Array(1);

  /** How many rows there are. */
  get count(): number {
    return this.of.length;
  }

  /** All heights anew: `height` is asked for each row, from 1. */
  fill(count: number, height: (row: number) => number): void {
    this.of = Float64Array.from({ length: count }, (_, index) => height(index + 1));
    this.tree = new Float64Array(count + 1);
    for (let row = 1; row <= count; row += 1) {
      this.tree[row]! += this.of[row - 1]!;
      const above = row + (row & -row);
      if (above <= count) this.tree[above]! += this.tree[row]!;
    }
  }

  height(row: number): number {
    return this.of[row - 1] ?? 0;
  }

  /** Another height of a row; returns by how much it changed. */
  put(row: number, height: number): number {
    const change = height - this.height(row);
    if (!change || row < 1 || row > this.count) return 0;
    this.of[row - 1] = height;
    for (let at = row; at <= this.count; at += at & -at) this.tree[at]! += change;
    return change;
  }

  /** Where a row begins: the heights of all before it. */
  top(row: number): number {
    let sum = 0;
    for (let at = Math.min(row - 1, this.count); at > 0; at -= at & -at) sum += this.tree[at]!;
    return sum;
  }

  /** The nearest row that has a height; itself where none has one. */
  nearest(row: number): number {
    for (let by = 0; by < this.count; by += 1) {
      if (this.height(row + by) > 0) return row + by;
      if (this.height(row - by) > 0) return row - by;
    }
    return row;
  }

  get whole(): number {
    return this.top(this.count + 1);
  }

  /** The row at a height from the top; of rows without a height the one behind them. */
  at(y: number): number {
    let [row, left] = [0, Math.max(0, y)];
    for (let step = 2 ** Math.floor(Math.log2(Math.max(this.count, 1))); step >= 1; step /= 2) {
      const next = row + step;
      if (next <= this.count && this.tree[next]! <= left) [row, left] = [next, left - this.tree[next]!];
    }
    return Math.max(1, Math.min(row + 1, this.count));
  }
}
