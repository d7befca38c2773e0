/** Slack's emoji codes that a help desk meets. An unknown code stays readable as `:code:`. */

const TABLE = `
ticket 🎫|eyes 👀|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|warning ⚠️|rotating_light 🚨
exclamation ❗|question ❓|grey_question ❔|information_source ℹ️|bulb 💡|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢
wave 👋|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|clap 👏|pray 🙏|raised_hands 🙌|muscle 💪|point_right 👉
point_left 👈|point_up ☝️|point_down 👇|raising_hand 🙋|handshake 🤝|hand ✋|raised_hand ✋|v ✌️|crossed_fingers 🤞
smile 😄|smiley 😃|grinning 😀|grin 😁|slightly_smiling_face 🙂|blush 😊|joy 😂|laughing 😆|sweat_smile 😅|wink 😉
upside_down_face 🙃|relieved 😌|thinking_face 🤔|neutral_face 😐|expressionless 😑|confused 😕|worried 😟
slightly_frowning_face 🙁|white_frowning_face ☹️|disappointed 😞|cry 😢|sob 😭|weary 😩|tired_face 😫|angry 😠|rage 😡
scream 😱|fearful 😨|cold_sweat 😰|sleeping 😴|face_with_rolling_eyes 🙄|shrug 🤷|facepalm 🤦|exploding_head 🤯
heart ❤️|green_heart 💚|blue_heart 💙|broken_heart 💔|sparkles ✨|star ⭐|tada 🎉|partying_face 🥳|fire 🔥|rocket 🚀|zap ⚡
boom 💥|bug 🐛|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|toolbox 🧰|key 🔑|lock 🔒|unlock 🔓|shield 🛡️|link 🔗
computer 💻|desktop_computer 🖥️|keyboard ⌨️|computer_mouse 🖱️|printer 🖨️|iphone 📱|phone ☎️|telephone_receiver 📞
battery 🔋|electric_plug 🔌|satellite 📡|signal_strength 📶|globe_with_meridians 🌐|cloud ☁️|floppy_disk 💾|camera 📷
email 📧|envelope ✉️|inbox_tray 📥|outbox_tray 📤|calendar 📅|date 📅|spiral_calendar_pad 🗓️|clock1 🕐|alarm_clock ⏰
hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|memo 📝|pencil ✏️|pencil2 ✏️|page_facing_up 📄|clipboard 📋|books 📚
book 📖|open_book 📖|bookmark 🔖|mag 🔍|mag_right 🔎|chart_with_upwards_trend 📈|bar_chart 📊|file_folder 📁|open_file_folder 📂
package 📦|truck 🚚|factory 🏭|office 🏢|house 🏠|hospital 🏥|train 🚆|airplane ✈️|car 🚗|moneybag 💰|credit_card 💳
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪
black_circle ⚫|small_blue_diamond 🔹|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrows_counterclockwise 🔄
repeat 🔁|recycle ♻️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|construction 🚧|checkered_flag 🏁|triangular_flag_on_post 🚩
pushpin 📌|paperclip 📎|speech_balloon 💬|thought_balloon 💭|zzz 💤|coffee ☕|sunrise 🌅|crescent_moon 🌙|sunny ☀️|robot_face 🤖
bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|sos 🆘|new 🆕|ok 🆗|100 💯|seedling 🌱|herb 🌿|scales ⚖️
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|heavy_plus_sign ➕|heavy_minus_sign ➖|no_good 🙅|see_no_evil 🙈|ghost 👻
`;

const EMOJI = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((pair) => pair.split(" ")),
);

/** The character for a code, or null. A skin tone behind the code is accepted and left out. */
export function emoji(code) {
  return EMOJI.get(code.split("::")[0].toLowerCase()) || null;
}

const CODE = /:([a-z0-9_+'-]+)(?:::skin-tone-\d)?:/g;

/** Text with its known codes replaced. */
export function withEmoji(text) {
  return text.replace(CODE, (whole, code) => emoji(code) || whole);
}
