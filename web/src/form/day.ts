// Days of the calendar as text, YYYY-MM-DD. They carry no time and no zone.

const shape = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether a text is a day that the calendar has. */
export function isDay(text: string): boolean {
  return shape.test(text) && addDays(text, 0) === text;
}

/** The day so many days later, or earlier. */
export function addDays(day: string, n: number): string {
  return dayOf(utc(day) + n * 86_400_000);
}

/** The same day of a later month, or that month's last day where it has no such day: the ledger counts months so. */
export function addMonths(day: string, n: number): string {
  const [y = 0, m = 0, d = 0] = day.split("-").map(Number);
  const last = new Date(Date.UTC(y, m + n, 0));
  return dayOf(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(d, last.getUTCDate())));
}

/** Calendar days from one day to another; negative when it lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to) - utc(from)) / 86_400_000);
}

function utc(day: string): number {
  const [y = 0, m = 0, d = 0] = day.split("-").map(Number);
  return Date.UTC(y, m - 1, d);
}

function dayOf(ms: number): string {
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString().slice(0, 10);
}
