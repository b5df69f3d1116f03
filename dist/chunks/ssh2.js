export { r as fingerprintOf, i as isPinned, n as privilegeLines, t as ssh } from "./ssh.js";
