import { CLIENT_CAPABILITIES_META_KEY, PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/server";
import { isObject } from "../json.ts";
import { MODERN } from "./prepared.ts";
import { declaresTasks, missTasks } from "./v2-context.ts";

/**
 * The error for a subscription to tasks whose request does not declare the extension, as the extension requires (Task Status
 * Notifications); undefined for every other message. The SDK opens subscriptions without asking a handler, and knows nothing of
 * tasks. Malformed requests are left to it.
 */
export function refuseListen(message: unknown): object | undefined {
  if (!isObject(message) || message.method !== "subscriptions/listen" || message.id === undefined)
    return undefined;
  const { _meta: meta, notifications } = isObject(message.params) ? message.params : {};
  if (!isObject(meta) || meta[PROTOCOL_VERSION_META_KEY] !== MODERN) return undefined;
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY];
  if (!isObject(capabilities) || declaresTasks(capabilities) || !namesTasks(notifications)) return undefined;
  const { code, message: text, data } = missTasks();
  return { jsonrpc: "2.0", id: message.id, error: { code, message: text, data } };
}

function namesTasks(notifications: unknown): boolean {
  const ids = isObject(notifications) ? notifications.taskIds : undefined;
  return Array.isArray(ids) && ids.length > 0;
}
