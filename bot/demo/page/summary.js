// Messages in few words: for the chat list, replies and screen readers.

import { richPreview } from "./rich.js";
import { isService, senderName } from "./state.js";

const MEDIA = [
  ["photo", "Foto"],
  ["document", "Datei"],
  ["video", "Video"],
  ["audio", "Ton"],
  ["sticker", "Sticker"],
];

/** One line that says what a message is about. */
export function summary(message) {
  if (isService(message)) return serviceText(message);
  const words = visible(message) ?? (message.rich_message ? richPreview(message.rich_message) : "");
  const line = words.replace(/\s+/g, " ").trim();
  return line || MEDIA.find(([field]) => field in message)?.[1] || "Nachricht";
}

/** A message's text in which what is hidden stays hidden. */
function visible(message) {
  const text = message.text ?? message.caption;
  const spoilers = (message.entities ?? message.caption_entities ?? []).filter(
    (entity) => entity.type === "spoiler",
  );
  const cover = (shown, { offset, length }) =>
    shown.slice(0, offset) + "▒".repeat(length) + shown.slice(offset + length);
  return text === undefined ? undefined : spoilers.reduce(cover, text);
}

/** What happened in a chat, as a sentence. */
export function serviceText(message) {
  const who = senderName(message) || "Jemand";
  const names = (users) => users.map((user) => user.first_name).join(", ");
  const joined = message.new_chat_members;
  if (joined?.length === 1 && joined[0].id === message.from?.id) return `${who} ist beigetreten`;
  if (joined) return `${who} hat ${names(joined)} hinzugefügt`;
  const left = message.left_chat_member;
  if (left && left.id === message.from?.id) return `${who} hat die Gruppe verlassen`;
  if (left) return `${who} hat ${left.first_name} entfernt`;
  if (message.new_chat_title) return `${who} hat den Namen in „${message.new_chat_title}“ geändert`;
  if (message.pinned_message) return `${who} hat „${shorten(summary(message.pinned_message))}“ angeheftet`;
  if (message.channel_chat_created) return "Kanal erstellt";
  if (message.group_chat_created || message.supergroup_chat_created) return `${who} hat die Gruppe erstellt`;
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return "Die Gruppe wurde zur Supergruppe";
  return "Nachricht, die diese Ansicht nicht kennt";
}

const shorten = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
