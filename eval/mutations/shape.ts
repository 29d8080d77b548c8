import { dropAt, setAt } from "../agent/path.ts";
import { type Mutation, requiredOf } from "./mutation.ts";

export const forgetRequired: Mutation = ({ args, tool }) =>
  requiredOf(tool)
    .filter((key) => key in args)
    .map((key) => ({ kind: "missing required", tool: tool.name, args: dropAt(args, key) }));

/** Puts the arguments, or one of them, into another object. */
export const nest: Mutation = ({ args, tool, random }) => {
  const wrapped = random
    .sample(["arguments", "input", "params", "body", "request"], 2)
    .map((key) => ({ kind: "extra nesting", tool: tool.name, args: { [key]: args } }));
  const [key] = random.sample(
    Object.keys(args).filter((one) => typeof args[one] === "string"),
    1,
  );
  if (key === undefined) return wrapped;
  const inside = { [/id$/i.test(key) ? "id" : "value"]: args[key] };
  return [...wrapped, { kind: "extra nesting", tool: tool.name, args: setAt(args, key, inside) }];
};
