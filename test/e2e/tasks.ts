import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { startSandbox } from "../../src/sandbox/start.ts";
import { createTaskClient, type Task, type TaskClient } from "../fixture/task-client.ts";
import { post } from "../fixture/wire.ts";
import { check, type Kit } from "./kit.ts";
import { createReplica, type Replica } from "./replicas.ts";
import type { Suite } from "./suite.ts";

const TOKEN = "the-token-of-all-replicas";
const TASKS = 500;
const OWNER_MS = 20_000;
const WAIT_SECONDS = 40;

/** A client of the tasks extension at one replica. */
function clientOf({ url }: Replica): TaskClient {
  return createTaskClient(async (body, headers) => {
    const { messages, text } = await post(url, body, { ...headers, authorization: `Bearer ${TOKEN}` });
    const [message] = messages;
    if (!message) throw new Error(text);
    return message;
  });
}

/** Adds many owners, whom the tenant shows late. Meanwhile the replica that started half of the tasks is killed and restarted. */
async function loseNone(kit: Kit): Promise<string> {
  const sandbox = await startSandbox({ people: TASKS, connectorOwnerDelayMs: OWNER_MS });
  const env = {
    ...(await kit.cleanEnv("tasks")),
    CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
    CONDUCTORONE_CLIENT_ID: sandbox.clientId,
    CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
    C1_MCP_HTTP_TOKEN: TOKEN,
    C1_MCP_STATE_KEY: "the-key-that-both-replicas-have-in-common",
    C1_MCP_RATE_LIMIT: "0",
    C1_MCP_MAX_CONCURRENT: "1000",
  };
  const replicas = [await createReplica(kit, env), await createReplica(kit, env)] as const;
  await Promise.all(replicas.map((replica) => replica.start()));
  const clients = replicas.map(clientOf) as [TaskClient, TaskClient];
  const people = sandbox.state.users.slice(-TASKS).map(({ id }) => id);
  const place = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id };
  const started = await Promise.all(
    people.map((userRefId, index) =>
      (clients[index % 2] as TaskClient).start("add_connector_user_owner", {
        ...place,
        userRefId,
        waitSeconds: WAIT_SECONDS,
      }),
    ),
  );
  check(new Set(started.map(({ taskId }) => taskId)).size === TASKS, "two tasks have one id");
  const before = sandbox.requests.filter(({ operation }) => operation === "connectorOwners.get").length;
  await replicas[0].kill();
  await replicas[0].start();
  // Each poll of a task goes to the other replica, at the interval that the task demands.
  const settle = async (task: Task, index: number): Promise<Task> => {
    for (let now = task, turn = index + 1; ; turn += 1) {
      if (now.status !== "working") return now;
      await new Promise((resolve) => setTimeout(resolve, now.pollIntervalMs));
      now = await (clients[turn % 2] as TaskClient).get(task.taskId);
    }
  };
  const ended = await Promise.all(started.map(settle));
  for (const [index, { status, result, taskId }] of ended.entries()) {
    const { userId, visible } = (result?.structuredContent ?? {}) as Record<string, unknown>;
    check(taskId === started[index]?.taskId && status === "completed", "a task was lost", ended[index]);
    check(userId === people[index] && visible === true, "a task has the result of another", result);
  }
  const adds = sandbox.requests.filter(({ operation }) => operation === "connectorOwners.add").length;
  const looks =
    sandbox.requests.filter(({ operation }) => operation === "connectorOwners.get").length - before;
  await sandbox.close();
  check(adds === TASKS, "not one write for each task", adds);
  return `${TASKS} tasks ended, each with its own result, by ${looks} looks`;
}

export const tasks: Suite = {
  name: "tasks",
  what: "two built servers with one state key, on one sandbox tenant",
  checks: [{ name: `when a replica is killed, none of ${TASKS} tasks is lost or mixed up`, run: loseNone }],
};
