/** A word in Chinese and in English. */
export type Word = readonly [zh: string, en: string];
