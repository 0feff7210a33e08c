// ioredis 6.0.0 listens to the Sentinels for word of a failover, and then drops what it has (FailoverDetector). When it is
// just asking them who the master is, that drops the asking, and the connection ends for good: "Connection is closed.". A
// connection that nobody closed is therefore opened again; so are its duplicates, which BullMQ makes.

import type { Redis } from "ioredis";

/** Opens the connection again whenever it has ended without anybody having closed it. Returns it. */
export function stayConnected(connection: Redis): Redis {
  let isClosed = false;
  const { disconnect, quit, duplicate, connect } = connection;
  connection.disconnect = (reconnect = false) => {
    if (!reconnect) isClosed = true;
    disconnect.call(connection, reconnect);
  };
  connection.quit = (async () => {
    isClosed = true;
    const reply = await quit.call(connection);
    disconnect.call(connection); // else it would go on listening to the Sentinels
    return reply;
  }) as typeof quit;
  connection.connect = (...args) => {
    isClosed = false;
    return connect.apply(connection, args);
  };
  connection.duplicate = (override) => stayConnected(duplicate.call(connection, override));
  connection.on("end", () => {
    if (!isClosed) connection.connect().catch(() => {}); // told by its events
  });
  return connection;
}
