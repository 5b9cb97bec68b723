/** Requests of HTTP/1.1 as they come on a connection, for servers that answer with whatever bytes. */
import type { Socket } from 'node:net';

/** Calls `came` with the head of each request once it is whole, with its body. */
export function readRequests(socket: Socket, came: (head: string) => void): void {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    for (;;) {
      const head = /^[^]*?\r\n\r\n/.exec(text)?.[0];
      if (head === undefined) return;
      const length = head.length + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < length) return;
      text = text.slice(length);
      came(head);
    }
  });
}
