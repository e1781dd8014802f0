import type { methodZh } from "./method.zh";

/** The texts of the conventions of tracing in English. */
export const methodEn: Record<keyof typeof methodZh, string> = {
  byConvention: "By convention",
  byConventionLead: "Past a commingled account the answer is a convention. Here the payer's attribution is set aside; only what banks confirmed counts.",
  compareConventions: "Compare side by side",
  place: "Place",
  disputed: "Conventions disagree",
  everyPlaceOf: "Show all {n} places",
  conventionNote: "Rows show what a place received, each time it arrived. Mixed deposits: {inside}; order of a day: {order}. Poison adds up to more than the money there is.",
  movedNote: "{n payment is|payments are} dated before the money that they drew on came, and count from then.",
  returnedNote: "{yuan} came back from accounts that you see a part of, and counts as other money.",
  boundsOf: "Bounds that no convention leaves",
  chooseAccount: "Choose an account",
  boundsText: "At least {least} and at most {most} reached the account, of {inflow} that did in all.",
  noBounds: "No bounds: money came back from accounts that you see a part of, or nothing reached the account.",
};
