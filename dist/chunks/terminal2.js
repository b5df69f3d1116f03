export { n as runInTerminal } from "./terminal.js";
