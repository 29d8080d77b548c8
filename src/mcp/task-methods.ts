import { isObject } from "../json.ts";

export const TASK_METHODS = ["tasks/get", "tasks/update", "tasks/cancel"] as const;

export type TaskMethod = (typeof TASK_METHODS)[number];

interface TaskParams {
  readonly taskId: string;
}

/** A schema in the form that the SDK takes: https://standardschema.dev. */
interface Schema<Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(
      value: unknown,
    ): { readonly value: Output } | { readonly issues: readonly { message: string }[] };
    readonly types?: { readonly input: unknown; readonly output: Output };
  };
}

/** The parameters of all three methods. Written by hand: a library for one text would be too much. */
export const TASK_PARAMS: Schema<TaskParams> = {
  "~standard": {
    version: 1,
    vendor: "c1-admin-mcp",
    validate(value) {
      const id: unknown = isObject(value) ? value.taskId : undefined;
      return typeof id === "string"
        ? { value: { taskId: id } }
        : { issues: [{ message: "taskId: must be a text" }] };
    },
  },
};
