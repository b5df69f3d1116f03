import { o as __toESM } from "./rolldown-runtime.js";
import { t as require_lib } from "./lib.js";
import { t as certain } from "./certain.js";
import { t as isNormalPath } from "./path-pattern.js";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { posix } from "node:path";
import { createServer } from "node:net";
// src/transports/ssh/embedded-sftp.ts
/**
* What an embedded host shows: a file tree in memory, over SFTP version 3, for reading only. Modes are
* shown, not enforced: who may log in reads as root does. Never touches the disk.
* @see draft-ietf-secsh-filexfer-02
*/
var import_lib = /* @__PURE__ */ __toESM(require_lib(), 1);
/**
* A tree that holds `/etc/passwd` and `/etc/group`, by which owners have names.
* @param accounts  names and numbers of the users and of their groups, which are called the same
*/
function fileTree(accounts) {
	const root = {
		kind: "directory",
		names: /* @__PURE__ */ new Set(),
		mtime: seconds()
	};
	const nodes = /* @__PURE__ */ new Map([["/", root]]);
	const directory = (path) => {
		const known = nodes.get(path);
		if (known?.kind === "file") throw new Error(`${path} is a file of the embedded host, not a directory`);
		if (known !== void 0) return known;
		const made = {
			kind: "directory",
			names: /* @__PURE__ */ new Set(),
			mtime: seconds()
		};
		enter(path);
		nodes.set(path, made);
		return made;
	};
	const enter = (path) => {
		const parent = directory(posix.dirname(path));
		if (!parent.names.has(posix.basename(path))) parent.mtime = later(parent.mtime);
		parent.names.add(posix.basename(path));
	};
	const tree = {
		find: (path) => nodes.get(posix.resolve("/", path)) ?? null,
		write(path, { content, mode = 420, owner = "root", group = "root" }) {
			if (!isNormalPath(path)) throw new Error(`${path} is not an absolute, normal path`);
			for (const name of [owner, group]) tree.idOf(name);
			const before = nodes.get(path);
			if (before?.kind === "directory") throw new Error(`${path} is a directory of the embedded host`);
			enter(path);
			const mtime = before === void 0 ? seconds() : later(before.mtime);
			nodes.set(path, {
				kind: "file",
				content: Buffer.from(content, "utf8"),
				mode,
				owner,
				group,
				mtime
			});
		},
		idOf(name) {
			const id = accounts.get(name);
			if (id === void 0) throw new Error(`the embedded host has no account ${name}`);
			return id;
		}
	};
	const lines = (line) => [...accounts].map(([name, id]) => `${line(name, id)}\n`).join("");
	tree.write("/etc/passwd", { content: lines((name, id) => `${name}:x:${id}:${id}::/:/usr/sbin/nologin`) });
	tree.write("/etc/group", { content: lines((name, id) => `${name}:x:${id}:`) });
	return tree;
}
const seconds = () => Math.floor(Date.now() / 1e3);
/** SFTP tells whole seconds: two writes within one must still be told apart. */
const later = (before) => Math.max(seconds(), before + 1);
const { OPEN_MODE, STATUS_CODE } = import_lib.default.utils.sftp;
const changing = [
	"WRITE",
	"SETSTAT",
	"FSETSTAT",
	"REMOVE",
	"MKDIR",
	"RMDIR",
	"RENAME",
	"SYMLINK"
];
/** As much as OpenSSH's client asks for at once by default; every client goes on after a shorter answer. */
const maxReadBytes = 32768;
/** Few enough names for one packet of the 34,000 bytes that every client takes. */
const namesAtOnce = 64;
/** What goes along with REALPATH's answer: "dummy values", says the draft. */
const dummy = {
	mode: 0,
	uid: 0,
	gid: 0,
	size: 0,
	atime: 0,
	mtime: 0
};
/** Answers the requests of one client until it ends. */
function serveSftp(sftp, tree) {
	const open = /* @__PURE__ */ new Map();
	let opened = 0;
	const opens = (id, what) => {
		const handle = String(opened++);
		open.set(handle, what);
		sftp.handle(id, Buffer.from(handle));
	};
	const stat = (id, path) => {
		const node = tree.find(path);
		if (node === null) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
		else sftp.attrs(id, attributes(node, tree));
	};
	for (const request of changing) sftp.on(request, (id) => sftp.status(id, STATUS_CODE.PERMISSION_DENIED));
	sftp.on("STAT", stat);
	sftp.on("LSTAT", stat);
	sftp.on("FSTAT", (id, handle) => {
		const file = open.get(handle.toString());
		if (file?.kind === "file") sftp.attrs(id, attributes(file, tree));
		else sftp.status(id, STATUS_CODE.FAILURE);
	});
	sftp.on("REALPATH", (id, path) => {
		const filename = posix.resolve("/", path);
		sftp.name(id, [{
			filename,
			longname: filename,
			attrs: dummy
		}]);
	});
	sftp.on("READLINK", (id, path) => {
		sftp.status(id, tree.find(path) === null ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
	});
	sftp.on("OPENDIR", (id, path) => {
		const node = tree.find(path);
		if (node?.kind === "directory") opens(id, {
			kind: "names",
			left: listed(path, node, tree)
		});
		else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
	});
	sftp.on("READDIR", (id, handle) => {
		const directory = open.get(handle.toString());
		if (directory?.kind !== "names") sftp.status(id, STATUS_CODE.FAILURE);
		else if (directory.left.length === 0) sftp.status(id, STATUS_CODE.EOF);
		else sftp.name(id, directory.left.splice(0, namesAtOnce));
	});
	sftp.on("OPEN", (id, path, flags) => {
		const node = tree.find(path);
		if (flags !== OPEN_MODE.READ) sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
		else if (node === null) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
		else if (node.kind === "directory") sftp.status(id, STATUS_CODE.FAILURE);
		else opens(id, node);
	});
	sftp.on("READ", (id, handle, offset, length) => {
		const file = open.get(handle.toString());
		if (file?.kind !== "file") return sftp.status(id, STATUS_CODE.FAILURE);
		const part = file.content.subarray(offset, offset + Math.min(length, maxReadBytes));
		if (part.length === 0) sftp.status(id, STATUS_CODE.EOF);
		else sftp.data(id, part);
	});
	sftp.on("CLOSE", (id, handle) => {
		sftp.status(id, open.delete(handle.toString()) ? STATUS_CODE.OK : STATUS_CODE.FAILURE);
	});
	sftp.on("error", () => sftp.end());
	sftp.on("end", () => sftp.end());
}
function listed(path, directory, tree) {
	return [...directory.names].sort().flatMap((filename) => {
		const node = tree.find(posix.resolve("/", path, filename));
		return node === null ? [] : [{
			filename,
			longname: longName(filename, node),
			attrs: attributes(node, tree)
		}];
	});
}
function attributes(node, tree) {
	const times = {
		atime: node.mtime,
		mtime: node.mtime
	};
	if (node.kind === "directory") return {
		mode: 16877,
		uid: 0,
		gid: 0,
		size: 4096,
		...times
	};
	const owners = {
		uid: tree.idOf(node.owner),
		gid: tree.idOf(node.group)
	};
	return {
		mode: 32768 | node.mode & 4095,
		...owners,
		size: node.content.length,
		...times
	};
}
/** A line of `ls -l`, which is what people at `sftp` get to see. */
function longName(filename, node) {
	const file = node.kind === "file" ? node : {
		mode: 493,
		owner: "root",
		group: "root",
		content: { length: 4096 }
	};
	const rights = [..."rwxrwxrwx"].map((letter, bit) => file.mode & 256 >> bit ? letter : "-").join("");
	const date = (/* @__PURE__ */ new Date(node.mtime * 1e3)).toISOString().slice(0, 10);
	const size = String(file.content.length).padStart(8);
	return `${node.kind === "file" ? "-" : "d"}${rights} 1 ${file.owner} ${file.group} ${size} ${date} ${filename}`;
}
// src/transports/ssh/embedded-host.ts
/**
* A host inside this process, for `demo`: real SSH on loopback, with files which exist in memory only.
* Never runs a command, never lets a file be changed over SSH, never listens beyond this machine.
*/
const loopback = "127.0.0.1";
/** Starts a host that ends with its `await using`, and its connections with it. */
async function serveHost(options) {
	const authorized = import_lib.default.utils.parseKey(options.authorizedKey);
	if (authorized instanceof Error) throw authorized;
	const tree = fileTree(/* @__PURE__ */ new Map([
		[options.user, 2101],
		["root", 0],
		["pmta", 2100]
	]));
	for (const [path, file] of Object.entries(options.files)) tree.write(path, file);
	const hostKey = makeKeyPair();
	let loginRequests = 0;
	const front = new import_lib.default.Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
		connection.on("error", () => connection.end());
		connection.on("authentication", (context) => {
			loginRequests++;
			if (context.username === options.user && holds(authorized, context)) context.accept();
			else context.reject(["publickey"]);
		});
		connection.on("session", (accept) => {
			accept().on("sftp", (acceptSftp) => serveSftp(acceptSftp(), tree));
		});
	});
	const sockets = /* @__PURE__ */ new Set();
	const server = createServer({ noDelay: true }, (socket) => {
		sockets.add(socket);
		socket.on("error", () => socket.destroy());
		socket.on("close", () => sockets.delete(socket));
		front.injectSocket(socket);
	});
	await new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(0, loopback, resolve);
	});
	return {
		address: loopback,
		port: server.address().port,
		hostKey: hostKey.publicLine,
		get loginRequests() {
			return loginRequests;
		},
		write: tree.write,
		async [Symbol.asyncDispose]() {
			const closed = new Promise((resolve) => server.close(resolve));
			for (const socket of sockets) socket.destroy();
			await closed;
		}
	};
}
/**
* Whether a client holds the key: it signed this connection's session identifier (RFC 4252, 7). Without a
* signature it only asks whether the key would do; accepting answers that, and lets nobody in.
*/
function holds(authorized, context) {
	if (context.method !== "publickey" || !context.key.data.equals(authorized.getPublicSSH())) return false;
	if (context.signature === void 0) return true;
	return context.blob !== void 0 && authorized.verify(context.blob, context.signature) === true;
}
/**
* An Ed25519 key pair, in memory only. ssh2's own generator strips leading zeros from public keys and so
* makes an unreadable pair once in 256 times.
* @returns  OpenSSH private key text without passphrase, and `ssh-ed25519 AAAA…`
* @see      openssh-portable, PROTOCOL.key
*/
function makeKeyPair() {
	const { x, d } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
	const [publicBytes, seed] = [Buffer.from(certain(x), "base64url"), Buffer.from(certain(d), "base64url")];
	const publicBlob = Buffer.concat([field("ssh-ed25519"), field(publicBytes)]);
	const check = randomBytes(4);
	const secret = [
		check,
		check,
		publicBlob,
		field(Buffer.concat([seed, publicBytes])),
		field("")
	];
	const blob = Buffer.concat([
		Buffer.from("openssh-key-v1\0"),
		...[
			field("none"),
			field("none"),
			field("")
		],
		uint32(1),
		field(publicBlob),
		field(padded(Buffer.concat(secret)))
	]);
	return {
		privateKey: [
			"-----BEGIN OPENSSH PRIVATE KEY-----",
			...certain(blob.toString("base64").match(/.{1,70}/g)),
			"-----END OPENSSH PRIVATE KEY-----",
			""
		].join("\n"),
		publicLine: `ssh-ed25519 ${publicBlob.toString("base64")}`
	};
}
function uint32(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
/** `string` of RFC 4251, 5: its length, then its bytes. */
function field(content) {
	const bytes = Buffer.from(content);
	return Buffer.concat([uint32(bytes.length), bytes]);
}
/** To the cipher's block of 8 bytes, with 1, 2, 3 and so on. */
function padded(bytes) {
	return Buffer.concat([bytes, Buffer.from([
		1,
		2,
		3,
		4,
		5,
		6,
		7
	]).subarray(0, (8 - bytes.length % 8) % 8)]);
}
export { makeKeyPair, serveHost };
