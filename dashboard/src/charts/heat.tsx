/** Weekday by hour: how much, as a shade and as a number on hover; a table for those who do not see it. */
export interface Cell {
  weekday: number;
  hour: number;
  value: number;
  words: string;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const LEVELS = 5;

/** 0 for nothing, else 1 to 5: by the root, so that a little is seen beside a lot. */
export function level(value: number, top: number): number {
  return value <= 0 || top <= 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(value / top) * LEVELS));
}

export function Heat({ cells, caption }: { cells: readonly Cell[]; caption: string }) {
  const top = Math.max(...cells.map((cell) => cell.value), 0);
  const at = new Map(cells.map((cell) => [cell.weekday * 24 + cell.hour, cell]));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="heat">
        <caption class="sr">{caption}</caption>
        <thead>
          <tr>
            <th scope="col"><span class="sr">Day</span></th>
            {HOURS.map((hour) => <th key={hour} scope="col">{hour % 3 === 0 ? hour : <span class="sr">{hour}</span>}</th>)}
          </tr>
        </thead>
        <tbody>
          {DAYS.map((day, index) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              {HOURS.map((hour) => {
                const cell = at.get(index * 24 + hour);
                const words = `${day} ${hour}:00: ${cell?.words ?? "nothing"}`;
                return <td key={hour} class={`level${level(cell?.value ?? 0, top)}`} title={words}><span class="sr">{cell?.words ?? "0"}</span></td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
