### English. Messages are Telegram HTML. Buttons, hints, commands and descriptions (button-, form-, toast-, command-,
### alias-, about-, day-) are plain text.

## Days (patterns of Unicode CLDR)

day-today = Today
day-yesterday = Yesterday
day-pattern = EEEE, d MMMM
day-pattern-year = EEEE, d MMMM y
moment-pattern = d MMMM y, HH:mm

## Buttons

button-read = 📖 Read
button-source = 🔗 Source
button-plain = As plain text
button-rich = As an article again
button-newer = ‹ Newer
button-older = Older ›
button-back = ‹ Back
button-forward = Next ›
button-all = All topics
button-follow = ➕ Follow { $topic }
button-unfollow = ➖ Unfollow { $topic }
button-sound = 🔔 With sound
button-silent = 🔕 Silent

form-line = Line
form-card = Card
form-picture = Picture

## Hints that appear briefly above the chat

toast-old = This button is out of date. Go on with /start or /latest.
toast-not-admin = Only administrators can change that here.
toast-not-admin-there = Only administrators of “{ $title }” can change that, and I still have to be in it.

## /start

start-hello =
    👋 <b>Hello { $name }!</b>
    I send you headlines as they appear – only from the topics you choose. You can read the whole article right here in the chat.

    <b>What interests you?</b> Tap topics to follow them; a second tap unfollows.
start-back =
    👋 <b>Welcome back, { $name }!</b>
    You still follow { $topics }.

    Tap a topic to follow or unfollow it. /latest shows the newest headlines.
start-back-paused =
    👋 <b>Welcome back, { $name }!</b>
    You still follow { $topics }. Right now you are on a break – /resume brings the headlines back.
start-group =
    👋 <b>Hello everyone!</b>
    I post new headlines to this group as they appear. Administrators decide which topics – just tap them.
all-topics = all topics
names-more = { $count } more

## Topics

topics-choose =
    <b>Your topics</b>
    A tap follows a topic, a second one unfollows it. “All topics” includes future ones.
topics-choose-group =
    <b>Topics of this group</b>
    Administrators can tap them. “All topics” includes future ones.
topic-near = I don’t know “{ $word }” – here is <b>{ $topic }</b>.
topic-unknown = I don’t know “{ $word }”. These are the topics:
topic-unknown-near = I don’t know “{ $word }”. Did you mean { $topics }?
topic-several = I show one topic at a time. Which one shall it be?
topic-gone = That topic no longer exists. /topic shows the current ones.

## Following and unfollowing

subscribed = ✅ Following { $topics }.
subscribed-all = ✅ Following <b>all topics</b>, future ones too.
subscribed-soon = New headlines come by themselves.
subscribe-covered = <b>All topics</b> are followed already, including { $topics }.
unsubscribed = Unfollowed: { $topics }.
unsubscribed-all = Everything unfollowed. /topic offers you new topics.
unsubscribed-none = Not followed: { $topics }. /topic shows what is.
unsubscribed-rest = Unfollowed: { $topics }. You keep following the others; new topics no longer come by themselves.
unsubscribe-what = Which topic should go? For example /unsubscribe { $example } – or tap here:
unsubscribe-nothing = No topic is followed right now. /topic lets you choose.
still-paused = You are on a break. /resume brings the headlines back.
admins-only = Only administrators can change that in this group.

## Newest headlines

latest-title = <b>Newest headlines</b>
latest-title-followed = <b>Newest headlines of the topics followed</b>
latest-title-topic = <b>{ $topic }: newest headlines</b>
latest-empty = No headlines here yet. As soon as there are some, /latest shows them.
latest-empty-topic = There are no headlines on <b>{ $topic }</b> yet.
latest-also = <i>(also at { $sources })</i>
page = Page { $page }/{ $pages }

## Article

article-gone = This article is no longer here. /latest shows new ones.
article-none = No headlines here yet. As soon as there are some, /read opens them.
article-no-such-number = There are not that many headlines yet. /read opens the newest, /latest shows the list.
article-no-text = The text of this article is not here yet. The source has it in full.
article-empty = The page yields no more text than this. The source has the original.
article-paywalled = The full text is behind a paywall at { $source }.
article-goes-on = The text goes on at { $source }, on further pages.
article-shortened = Shortened here. The source has the full text.
mark-corrected = corrected { $time }
mark-corrected-short = (corrected)
mark-withdrawn = taken back by the source, { $time }
mark-withdrawn-short = (taken back)
article-withdrawn = The source has taken this article back, so its text is not shown any more.
article-source = Source: { $source }
article-also = Also at: { $sources }
article-comments = { $count ->
    [one] 1 comment
   *[other] { $count } comments
}
picture = Picture

## Pause and end

paused = ⏸ Taking a break. The topics stay; what appears meanwhile is not sent later. /resume ends the break.
paused-already = You are on a break already. /resume ends it.
resumed = ▶️ The break is over. New headlines will come again.
resumed-nothing = ▶️ The break is over. You just don’t follow anything yet: choose with /topic.
resumed-already = There was no break. New headlines come by themselves.
stopped = All topics are unfollowed, the settings stay. /start begins anew.
stopped-already = You followed nothing. /start gets you going.

## Help and the unknown

help =
    <b>What I can do</b>
    { $commands }

    I serve channels and groups, too: add me there as an administrator and I will write to you here.
help-group =
    <b>What I can do in this group</b>
    { $commands }

    Only administrators may change topics and breaks here.
unknown-near = I don’t understand that. Did you mean { $command }?
unknown = I don’t understand that. /help shows what I can do.
unknown-topic = This button shows you the newest on <b>{ $topic }</b>:
failed = Something went wrong, sorry. Please try again.

## Channels and groups

setup-list = <b>Your channels and groups</b>
    Tap what you want to set up:
setup-channel = 📣 <b>{ $title }</b>
    I may post in this channel. What should it get?
setup-group = 👥 <b>{ $title }</b>
    I am in this group. What should it get?
setup-nothing = No topic chosen yet, so it stays quiet.
setup-topics = Topics: { $topics }
setup-form-line = Each headline comes as one line
setup-form-card = Each headline comes as a card with its lead
setup-form-picture = Each headline comes with a picture where there is one
setup-sound = { $form }, with sound.
setup-silent = { $form }, silently.
setup-gone = I am no longer in “{ $title }”. As soon as you add me there again, it goes on with the old settings.
setup-no-rights = In “{ $title }” I still lack the right to post messages. Give it to me in the administrator rights and I will write to you again.

## Commands and description

command-start = greeting and topics
command-topic = choose topics, or look at one
command-subscribe = follow topics, e.g. sport
command-unsubscribe = unfollow topics
command-latest = newest headlines
command-read = read the newest article
command-pause = take a break
command-resume = end the break
command-stop = unfollow everything
command-help = this help
alias-start = hello hi begin go settings language
alias-topic = topics category categories section
alias-subscribe = follow sub add
alias-unsubscribe = unfollow unsub remove leave
alias-latest = newest new news headlines recent last
alias-read = article open
alias-pause = break mute quiet
alias-resume = continue unpause go on
alias-stop = end quit cancel
alias-help = commands usage
about-short = A live ticker for Telegram: headlines of your topics as they appear.
about = I send you new headlines as they appear – from the topics you choose. You can read the whole article right in the chat. I serve channels and groups, too. Press “Start” to begin.

## Notices to editors and admins

alert-may-not = I may no longer write in “{ $title }”, so I send nothing there. Give me the right to post messages and it goes on.
alert-thread-gone = A thread in “{ $title }” is gone or closed. Its headlines now go to the general chat.
alert-markup = Telegram could not read a message to “{ $title }”; it went out without formatting. Telegram’s reason: { $reason }
alert-source-unreachable =
    ⚠️ The source “{ $source }” cannot be reached{ $read ->
        [never] , and never could since it was declared.
       *[yes] . It was last reached on { $since }.
    } I keep trying, and will tell you when it is back.
    Reason: { $reason }
    { $url }
alert-source-unreadable =
    ⚠️ The source “{ $source }” answers, but I cannot read it. { $read ->
        [never] That has never worked since it was declared.
       *[yes] That last worked on { $since }{ $before ->
            [0] .
           *[other] , with about { $before } headlines. Its page may have been rebuilt.
        }
    }
    Reason: { $reason }
    { $url }
alert-source-quarantined =
    ⚠️ The source “{ $source }” is quarantined: what it sends makes reading it crash. I ask it only rarely now.
    Reason: { $reason }
    { $url }
alert-source-silent =
    ⚠️ Nothing new comes from the source “{ $source }”, for far longer than usual: its last new headline was on { $since }. It can be reached and read.
    { $url }
alert-source-gone =
    ⛔️ The source “{ $source }” is gone ({ $reason }, for a day at least). I do not ask it any more. Give it a new address in sources.toml, or take it out.
    { $url }
alert-source-moved =
    ↪️ The source “{ $source }” has moved for good. I read it at its new address now; please put that into sources.toml.
    Old: { $url }
    New: { $to }
alert-source-back = ✅ The source “{ $source }” is well again. I told you of its trouble on { $since }.
