// The official tus server in front of a folder: node tus.mjs MODULES FOLDER. Prints its port, then the offset of each PATCH.
import http from "node:http";
import { pathToFileURL } from "node:url";

const [, , modules, directory] = process.argv;
const load = (name) => import(pathToFileURL(`${modules}/@tus/${name}/dist/index.js`));
const { Server } = await load("server");
const { FileStore } = await load("file-store");
const tus = new Server({ path: "/files", datastore: new FileStore({ directory }) });
const server = http.createServer((request, response) => {
  if (request.method === "PATCH") console.log(`PATCH ${request.headers["upload-offset"]}`);
  tus.handle(request, response);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
