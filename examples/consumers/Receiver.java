// A receiver with the JDK alone, 17 or newer: WEBHOOK_SECRET=whsec_… java Receiver.java
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Receiver {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int FIVE_MINUTES = 300;
    private static final String SECRETS = System.getenv("WEBHOOK_SECRET");

    public static void main(String[] args) throws Exception {
        if (SECRETS == null || !SECRETS.startsWith("whsec_")) throw new IllegalStateException("WEBHOOK_SECRET has to be set");
        Inbox inbox = new Inbox(Path.of(System.getenv().getOrDefault("INBOX", "inbox.ndjson")));
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/events", exchange -> receive(exchange, inbox));
        server.start();
        System.err.println("listening on http://127.0.0.1:" + server.getAddress().getPort() + "/events");
        inbox.work(Receiver::handle);
    }

    /** Your work, in order, each event once: give the text to your JSON library. */
    private static void handle(String event) {
        System.out.println(event);
    }

    private static void receive(HttpExchange exchange, Inbox inbox) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1); // the bytes as they came
            int status;
            if (!exchange.getRequestMethod().equals("POST")) {
                status = 405;
            } else if (body.length > MAX_BYTES) {
                status = 413;
            } else if (!isGenuine(body, exchange)) {
                status = 401;
            } else if (body.length > 0 && body[0] == '[') {
                status = 422; // a batch: these are one event a request
            } else {
                try {
                    inbox.accept(new String(body, StandardCharsets.UTF_8), exchange.getRequestHeaders());
                    status = 204;
                } catch (IOException error) {
                    System.err.println(error);
                    exchange.getResponseHeaders().set("retry-after", "10");
                    status = 503;
                }
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /** Standard Webhooks: several secrets and several signatures with spaces between them; one that fits is enough. */
    private static boolean isGenuine(byte[] body, HttpExchange exchange) {
        String id = header(exchange, "webhook-id");
        String timestamp = header(exchange, "webhook-timestamp");
        String signatures = header(exchange, "webhook-signature");
        if (id == null || timestamp == null || signatures == null || !timestamp.matches("[0-9]{1,12}")) return false;
        if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > FIVE_MINUTES) return false;
        for (String secret : SECRETS.split("\\s+")) {
            byte[] expected = ("v1," + sign(secret, id + "." + timestamp + ".", body)).getBytes(StandardCharsets.UTF_8);
            for (String offered : signatures.split(" ")) {
                if (MessageDigest.isEqual(expected, offered.getBytes(StandardCharsets.UTF_8))) return true;
            }
        }
        return false;
    }

    private static String sign(String secret, String prefix, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256"));
            mac.update(prefix.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private interface Handler {
        void handle(String event) throws Exception;
    }

    /**
     * Events in the order in which they came, each once, in a file: accept writes and is done, work does the work. Both go on
     * where they were after a crash; what was being worked on then is worked on again. One process at a time.
     *
     * It knows the newest of each team, which decides what of a replay is taken, and which teams are gone after a snapshot. The
     * JDK reads no JSON, so it looks for what it needs in the text: keys stand in a certain order, and these before all others.
     */
    private static final class Inbox {
        private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");
        private static final Pattern TYPE = Pattern.compile("\"type\":\"([^\"]*)\"");
        private static final Pattern SUBJECT = Pattern.compile("\"subject\":(\"(?:[^\"\\\\]|\\\\.)*+\")");
        private static final Pattern STEP = Pattern.compile("\"sequence\":\"([0-9]+)");
        private static final Pattern NEW_ID =
            Pattern.compile("\\{\"field\":\"id\",\"from\":(\"(?:[^\"\\\\]|\\\\.)*+\"),\"to\":(\"(?:[^\"\\\\]|\\\\.)*+\")\\}");

        private final FileChannel file;
        private final Path donePath;
        private final Path newDonePath;
        private final List<String> events = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();
        /** By team, as JSON writes its id: the step of its newest event. All events of one step tell the same of a team. */
        private final Map<String, String> newest = new HashMap<>();
        private final Set<String> gone = new HashSet<>();

        Inbox(Path path) throws IOException {
            donePath = Path.of(path + ".done");
            newDonePath = Path.of(path + ".done.new");
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            byte[] bytes = Files.readAllBytes(path);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') end--; // a line cut off by a crash was never answered
            file.truncate(end).position(end);
            new String(bytes, 0, end, StandardCharsets.UTF_8).lines().forEach(this::remember);
        }

        /** Safely ours once it returns; one that was there is left out. */
        synchronized void accept(String event, Headers headers) throws IOException {
            String id = find(ID, event);
            String previousId = headers.getFirst("webhook-previous-id");
            if ("true".equals(headers.getFirst("webhook-replay"))) {
                if (find(STEP, event).compareTo(newest.getOrDefault(find(SUBJECT, event), "")) < 0) return;
            } else if (seen.contains(id)) {
                return;
            } else if (previousId != null && !seen.isEmpty() && !seen.contains(previousId)) {
                System.err.println("a gap: " + previousId + " should have come before " + id + "; ask for a replay");
            }
            boolean ends = event.endsWith(",\"snapshot\":true}}") && "0".equals(headers.getFirst("webhook-remaining"));
            // Before the event that tells of them: cut off by a crash, it comes again, and they with it.
            List<String> lines = ends ? goneAfter(event) : new ArrayList<>();
            lines.add(event);
            long end = file.position();
            try {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
                while (bytes.hasRemaining()) file.write(bytes);
                file.force(true);
            } catch (IOException error) {
                file.truncate(end).position(end);
                throw error;
            }
            lines.forEach(this::remember);
            notifyAll();
        }

        private void remember(String event) {
            String id = find(ID, event);
            String team = find(SUBJECT, event);
            String step = find(STEP, event);
            if (event.endsWith(",\"rewritten\":true}}") && !seen.contains(id)) {
                // History was rewritten: what is known of a later step of the old one counts as known at this step.
                newest.replaceAll((other, known) -> known.compareTo(step) > 0 ? step : known);
            }
            NEW_ID.matcher(event).results().filter(change -> change.group(2).equals(team)).forEach(change -> {
                newest.put(change.group(1), step);
                gone.add(change.group(1));
            });
            newest.put(team, step);
            if (find(TYPE, event).equals("team.deleted")) gone.add(team);
            else gone.remove(team);
            seen.add(id);
            events.add(event);
        }

        /** Of a snapshot's last event: the deletion of each team that the snapshot did not name. */
        private List<String> goneAfter(String event) {
            String id = find(ID, event);
            String step = find(STEP, event);
            List<String> lines = new ArrayList<>();
            newest.forEach((team, known) -> {
                if (gone.contains(team) || known.compareTo(step) >= 0 || team.equals(find(SUBJECT, event))) return;
                String text = "{\"id\":\"%s-%d\",\"type\":\"team.deleted\",\"subject\":%s,\"sequence\":\"%s.000000\"}";
                lines.add(String.format(text, id, lines.size(), team, step));
            });
            return lines;
        }

        /** What the pattern finds first; empty where it finds nothing. */
        private static String find(Pattern pattern, String event) {
            Matcher found = pattern.matcher(event);
            return found.find() ? found.group(1) : "";
        }

        /** Gives each event to the handler, one after the other, for ever; one that fails is tried again before the next. */
        void work(Handler handler) throws Exception {
            int done = Files.exists(donePath) ? Integer.parseInt(Files.readString(donePath)) : 0;
            while (true) {
                String event = waitFor(done);
                try {
                    handler.handle(event);
                    Files.move(Files.writeString(newDonePath, String.valueOf(++done)), donePath, ATOMIC_MOVE);
                } catch (Exception error) {
                    System.err.println("trying again: " + error);
                    Thread.sleep(5000);
                }
            }
        }

        private synchronized String waitFor(int place) throws InterruptedException {
            while (events.size() <= place) wait();
            return events.get(place);
        }
    }
}
