// What the device keeps of forms: drafts with their photos, and answers that wait for the network. One small IndexedDB.
const NAME = "guanjia-forms";

function open() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("drafts", { keyPath: "key" });
      request.result.createObjectStore("waiting", { keyPath: "instance" });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

// Done once the device has written it down, not before.
async function inside(stores, mode, work) {
  const database = await open();
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction(stores, mode);
      const request = work(transaction);
      transaction.oncomplete = () => done(request?.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

const drop = (transaction, store, key) => transaction.objectStore(store).delete(key);

export const draft = (key) => inside(["drafts"], "readonly", (all) => all.objectStore("drafts").get(key));
export const keepDraft = (kept) => inside(["drafts"], "readwrite", (all) => all.objectStore("drafts").put(kept));
export const dropDraft = (key) => inside(["drafts"], "readwrite", (all) => drop(all, "drafts", key));
export const waiting = () => inside(["waiting"], "readonly", (all) => all.objectStore("waiting").getAll());
export const hold = (answer) => inside(["waiting"], "readwrite", (all) => all.objectStore("waiting").put(answer));
export const release = (instance) => inside(["waiting"], "readwrite", (all) => drop(all, "waiting", instance));

// A draft becomes an answer that waits: both or neither.
export const finish = (answer, key) =>
  inside(["drafts", "waiting"], "readwrite", (all) => {
    drop(all, "drafts", key);
    return all.objectStore("waiting").put(answer);
  });

export const reopen = (answer, kept) =>
  inside(["drafts", "waiting"], "readwrite", (all) => {
    drop(all, "waiting", answer.instance);
    return all.objectStore("drafts").put(kept);
  });
