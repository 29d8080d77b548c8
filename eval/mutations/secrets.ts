import { isObject } from "../../src/json.ts";
import { setAt } from "../agent/path.ts";
import { slip } from "./keys.ts";
import { type Mutant, type Mutation, renamed } from "./mutation.ts";

/** Long enough for a secret, and recognisable if it ever reaches the tenant. */
const WRITTEN_OUT = "sk-written-out-4f9a1c77e2";

/** Ways in which models write out a secret instead of its name. */
export const writeSecretOut: Mutation = ({ args, tool }) => {
  const { config } = args;
  if (!isObject(config)) return [];
  return Object.entries(config).flatMap(([key, value]) => {
    if (!isObject(value) || typeof value.secretRef !== "string") return [];
    const name = value.secretRef;
    const forms: unknown[] = [
      WRITTEN_OUT,
      name,
      `\${${name}}`,
      { secret_ref: name },
      { ref: name },
      { secretRef: { name } },
    ];
    return forms.map(
      (form): Mutant => ({
        kind: "secret not by reference",
        tool: tool.name,
        args: setAt(args, `config.${key}`, form),
      }),
    );
  });
};

/** Misremembers the names of a type's fields. */
export const misnameConfigKey: Mutation = ({ args, tool, random }) => {
  const { config } = args;
  if (!isObject(config)) return [];
  return Object.keys(config).flatMap((key) => {
    const words = key.split(/[_-]/);
    const others = [slip(key, random), words.slice(1).join("_"), words.slice(-1).join("")];
    return [...new Set(others)]
      .filter((other) => other !== "" && !(other in config))
      .map(
        (other): Mutant => ({
          kind: "config key",
          tool: tool.name,
          args: { ...args, config: renamed(config, key, other) },
        }),
      );
  });
};
