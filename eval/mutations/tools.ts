import { slip } from "./keys.ts";
import type { Mutation } from "./mutation.ts";

/** Calls another tool of the same kind. */
export const takeOtherTool: Mutation = ({ args, tool, tools, random }) => {
  const isRead = tool.annotations.readOnlyHint;
  const others = tools.filter(
    ({ name, annotations }) => name !== tool.name && annotations.readOnlyHint === isRead,
  );
  return random.sample(others, 2).map(({ name }) => ({ kind: "wrong tool", tool: name, args }));
};

/** Misspells the tool's name. */
export const misnameTool: Mutation = ({ args, tool, random }) => {
  const words = tool.name.split("_");
  const camel = words
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
  const names = [camel, `c1_${tool.name}`, slip(tool.name, random), words.slice(-2).reverse().join("_")];
  return random
    .sample(
      names.filter((name) => name !== tool.name),
      2,
    )
    .map((name) => ({ kind: "tool that is not there", tool: name, args }));
};
