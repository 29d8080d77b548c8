/** The package ships types for its index only. */
declare module "undici/lib/dispatcher/agent.js" {
  export { Agent as default } from "undici";
}
