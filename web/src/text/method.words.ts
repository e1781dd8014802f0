import type { Word } from "./word";

/** The words of the conventions of tracing. */
export const methodWords = {
  method: {
    RECORDED: ["账本记录", "Recorded"],
    SPECIFIC: ["专款专用", "Specific"],
    FIFO: ["先进先出", "First in, first out"],
    LIFO: ["后进先出", "Last in, first out"],
    PRO_RATA: ["按比例", "Pro rata"],
    LIBR: ["最低中间余额", "Lowest balance"],
    POISON: ["污染法", "Poison"],
  },
  inside: {
    BLEND: ["按比例", "in proportion"],
    ORDERED: ["按先后", "in their order"],
  },
  order: {
    SEQUENCE: ["按序号", "as numbered"],
    CREDITS_FIRST: ["先收后付", "credits first"],
  },
} as const satisfies Record<string, Record<string, Word>>;
