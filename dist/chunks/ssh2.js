export { i as fingerprintOf, a as isPinned, n as privilegeLines, r as restoreLines, t as ssh } from "./ssh.js";
