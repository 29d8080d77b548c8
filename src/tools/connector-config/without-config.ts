/** What a config is for: only a new connector can do without one. */
export type ConfigUse = "create" | "update";

/** The end of an advice: how a person supplies what an assistant cannot. */
export const OWNER_ENTERS: Readonly<Record<ConfigUse, string>> = {
  create: "leave config out, so that the owner enters it in the C1 console",
  update: "leave the connector as it is, and have its owner enter it in the C1 console",
};

/** What to do about a type that no config can set up. */
export const OWNER_FINISHES: Readonly<Record<ConfigUse, string>> = {
  create: "Leave config out: the connector is then created for its owner to finish.",
  update: "Leave the connector as it is: its owner finishes it in the C1 console.",
};
