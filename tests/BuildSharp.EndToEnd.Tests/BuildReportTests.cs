using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary><c>bud --report</c>, looked at in a browser. The pictures stay in <c>artifacts/reports/pages</c>.</summary>
public partial class BuildReportTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Dockerfile = """
        FROM base AS tools
        RUN head -c 3000000 /dev/zero > /tool && head -c 2000 /dev/zero > /small
        FROM base AS unused
        RUN false
        FROM base
        ARG WHO=you
        COPY package.json /app/
        COPY --from=tools /tool /usr/local/bin/tool
        RUN echo "hello $WHO" && mkdir -p /srv/data && for i in $(seq 12); do head -c $((i * 1000)) /dev/zero > /srv/data/file$i; done
        ENV GREETING=hello API_TOKEN=not-for-you
        WORKDIR /srv
        USER 1000
        CMD ["/usr/local/bin/tool", "--serve", "/srv/data"]
        """;

    [RequiresFact(All, "runc", "busybox", HeadlessBrowser.Program)]
    public async Task The_page_shows_steps_reasons_files_and_config_and_opens_the_step_that_is_clicked()
    {
        using var sandbox = await BuiltAsync(Dockerfile);
        sandbox.Write("package.json", "new");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "--report", "build.html", "-t", "shop/app:1.2", ".");

        await using var browser = await HeadlessBrowser.OpenAsync($"file://{sandbox["build.html"]}#step-2", 360, 800);
        var text = await TextAsync(browser);
        Assert.Contains("Built\nshop/app:1.2", text);
        Assert.Contains("Not in the cache: package.json changed", text);
        Assert.Contains("Not in the cache: the step before was executed", text);
        Assert.Contains("Stage 2 of 3: unused\nLeft out", text);
        Assert.Contains("Configuration of the image", text);
        Assert.Contains("/usr/local/bin/tool --serve /srv/data", text);

        // The fragment has opened the second step, with the largest files of its layer; nothing else is open.
        Assert.Equal("step-2", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('details[open]')].map(e => e.id).join()"));
        Assert.Equal("/tool 3.00 MB,/small 2.00 kB", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('#step-2 tr')].map(e => e.innerText.replace('\\t', ' ')).join()"));

        await browser.ClickAsync("#step-7 > summary");
        Assert.Equal("step-2,step-7", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('details[open]')].map(e => e.id).join()"));
        Assert.Equal("#step-7", (string?)await browser.EvaluateAsync("location.hash"));
        var files = (string?)await browser.EvaluateAsync("[...document.querySelectorAll('#step-7 th')].map(e => e.innerText).join()");
        Assert.Equal("/srv/data/file12,/srv/data/file11,/srv/data/file10,/srv/data/file9,/srv/data/file8,/srv/data/file7,/srv/data/file6,/srv/data/file5,/srv/data/file4,/srv/data/file3", files);
        Assert.Contains("hello you", (string?)await browser.EvaluateAsync("document.querySelector('#step-7 pre').innerText"));
        Assert.Contains("Dockerfile:9", (string?)await browser.EvaluateAsync("document.querySelector('#step-7').innerText"));
    }

    [RequiresFact(All, "runc", "busybox", HeadlessBrowser.Program)]
    public async Task The_page_fits_a_phone_and_a_desk_by_day_and_by_night_and_needs_no_mouse()
    {
        using var sandbox = await BuiltAsync(Dockerfile);
        sandbox.Write("package.json", "new");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "--report", "build.html", "-t", "shop/app:1.2", ".");
        foreach (var (width, height, isDark) in new[] { (360, 800, false), (360, 800, true), (1280, 900, false), (1280, 900, true) })
        {
            await using var browser = await HeadlessBrowser.OpenAsync($"file://{sandbox["build.html"]}", width, height, isDark);
            await SaveAsync(browser, $"built-{width}-{(isDark ? "dark" : "light")}");

            // With everything open too, the reader never scrolls sideways.
            await browser.ClickAsync("button");
            Assert.Equal(0, (int?)await browser.EvaluateAsync("document.querySelectorAll('details:not([open])').length"));
            Assert.Equal(0, (int?)await browser.EvaluateAsync("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            Assert.Equal(isDark, (bool?)await browser.EvaluateAsync("(c => c[0] + c[1] + c[2] < 200)(getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number))"));
            Assert.Equal(0, (int?)await browser.EvaluateAsync(UnreadableTexts));
            await browser.EvaluateAsync("scrollTo(0, 700)");
            await SaveAsync(browser, $"built-{width}-{(isDark ? "dark" : "light")}-open");
        }

        await using var keyboard = await HeadlessBrowser.OpenAsync($"file://{sandbox["build.html"]}", 1280, 900);
        await keyboard.EvaluateAsync("document.querySelector('#step-3 > summary').focus()");
        await keyboard.PressAsync("Enter", "\r");
        Assert.Equal("step-3", (string?)await keyboard.EvaluateAsync("[...document.querySelectorAll('details[open]')].map(e => e.id).join()"));
        // One first heading, and no level is left out.
        Assert.Equal("1", (string?)await keyboard.EvaluateAsync("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1]).filter((level, i, all) => i === 0 ? level === 1 : level - all[i - 1] > 1).join()"));
    }

    [RequiresFact(All, "runc", "busybox", HeadlessBrowser.Program)]
    public async Task A_failing_build_has_its_page_with_the_step_its_last_lines_and_its_place()
    {
        using var sandbox = await BuiltAsync("FROM base\nRUN true\n");
        sandbox.Write("Dockerfile", "FROM base AS other\nRUN sleep 60\nFROM base\nENV A=b\nRUN exec 2>&1; seq 30; echo no such tool; exit 3\nCOPY --from=other / /\n");
        var failed = await sandbox.BuildSharp.RunAsync(3, ["bud", "--jobs=2", "--report", "build.html", "-t", "app", "."]);
        Assert.EndsWith("exit status 3\n", failed.Error);

        await using var browser = await HeadlessBrowser.OpenAsync($"file://{sandbox["build.html"]}", 360, 800);
        await SaveAsync(browser, "failed-360-light");
        var failure = (string)(await browser.EvaluateAsync("document.querySelector('#failure').innerText"))!;
        Assert.Contains("Why the build failed\n\nDockerfile:5: building at STEP \"RUN exec 2>&1; seq 30", failure);
        Assert.Contains("29\n30\n", failure);
        Assert.Contains("\nno such tool\n", failure);
        Assert.Contains("5 | RUN exec 2>&1; seq 30; echo no such tool", failure);
        Assert.Equal("failed,stopped", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('.Failed .badge, .Stopped .badge')].map(e => e.innerText).sort().join()"));
        Assert.Equal("app: failed", (string?)await browser.EvaluateAsync("document.title"));

        // A file with mistakes has no steps, but a page; so has a build whose output stands right above its error.
        sandbox.Write("Dockerfile", "FROM base\nRUNN true\n");
        await sandbox.BuildSharp.RunAsync(125, ["bud", "--report", "mistake.html", "."]);
        await using var mistake = await HeadlessBrowser.OpenAsync($"file://{sandbox["mistake.html"]}", 1280, 900, isDark: true);
        await SaveAsync(mistake, "mistake-1280-dark");
        Assert.Contains("RUNN", (string?)await mistake.EvaluateAsync("document.querySelector('#failure pre').innerText"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox", HeadlessBrowser.Program)]
    public async Task No_text_of_a_build_becomes_a_part_of_the_page_and_the_page_loads_nothing()
    {
        using var server = new TemporaryWebServer();
        server.Serve("/x", "x");
        using var sandbox = await BuiltAsync("FROM base\nRUN true\n");
        sandbox.Write("a<img src=x onerror=document.title='file'>", "x");
        var evil = $"</script><script>document.title='evil'</script><img src={server.Address}/x onerror=document.title='image'>";
        sandbox.Write("Dockerfile", $"""
            FROM base AS a
            COPY . /d/
            RUN cat <<'EOF' && echo "ok @data@ @policy@ \u003c/script>"
            {evil}
            EOF
            LABEL a="{evil}"
            RUN echo "{evil.Replace("'", "\\'", StringComparison.Ordinal)}" # <!-- <script>
            """);
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "--report", "build.html", "-t", "app", ".");

        await using var browser = await HeadlessBrowser.OpenAsync($"file://{sandbox["build.html"]}", 1280, 900);
        await browser.ClickAsync("button");
        var text = await TextAsync(browser);
        Assert.Equal("localhost/app", "localhost/" + ((string?)await browser.EvaluateAsync("document.title"))!.Split(':')[0]);
        Assert.Contains("</script><script>document.title='evil'</script><img", text);
        Assert.Contains("/d/a<img src=x onerror", text);
        Assert.Equal(0, (int?)await browser.EvaluateAsync("document.querySelectorAll('img, iframe, link').length"));
        Assert.Equal(2, (int?)await browser.EvaluateAsync("document.scripts.length"));

        // What somebody puts into the page all the same runs nothing and loads nothing.
        await browser.EvaluateAsync($$"""
            new Promise(done => { document.addEventListener("securitypolicyviolation", () => done(1));
            document.body.insertAdjacentHTML("beforeend", "<img src='{{server.Address}}/x'><b onclick=\"document.title='evil'\" id=b>b</b>"); document.getElementById("b").click(); })
            """);
        Assert.StartsWith("app", (string?)await browser.EvaluateAsync("document.title"));
        Assert.Equal("refused", (string?)await browser.EvaluateAsync($"fetch('{server.Address}/x').then(() => 'loaded', () => 'refused')"));
        Assert.Empty(server.Requests);
    }

    [RequiresTheory(All, "runc", "busybox")]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Secrets_and_secret_arguments_are_not_on_the_page(int status)
    {
        using var sandbox = await BuiltAsync("FROM base\nRUN true\n");
        sandbox.Write("secret", "hunted-in-file\n");
        sandbox.Write("Dockerfile", $"""
            FROM base
            ARG NPM_TOKEN
            ARG PLAIN
            RUN --mount=type=secret,id=s cat /run/secrets/s; base64 /run/secrets/s; echo seen
            ENV DB_PASSWORD="hunted in two" URL=https://me:hunted-in-url@example.com/
            RUN echo "argument $NPM_TOKEN $PLAIN"; exit {status}
            """);
        foreach (var token in new[] { "hunted-in-argument", "hunted-in-other" })
        {
            await sandbox.BuildSharp.RunAsync(
                status, ["bud", "--layers", "--report", "build.html", "--secret", "id=s,src=secret", "--build-arg", $"NPM_TOKEN={token}", "--build-arg", "PLAIN=in-the-open", "."]);
        }

        var page = File.ReadAllText(sandbox["build.html"]);
        var data = JsonNode.Parse(Data().Match(page).Groups[1].Value)!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Assert.DoesNotContain("hunted", data, StringComparison.Ordinal);
        Assert.DoesNotContain("aHVudGVk", data, StringComparison.Ordinal);
        Assert.Contains("argument xxxxx in-the-open", data, StringComparison.Ordinal);
        Assert.Contains("\"isSecret\":true", data, StringComparison.Ordinal);
        Assert.Contains("ARG NPM_TOKEN changed", data, StringComparison.Ordinal);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_page_that_cannot_be_written_is_told_before_the_build_and_none_is_left_half_written()
    {
        using var sandbox = await BuiltAsync("FROM base\nRUN true\n");
        var refused = await sandbox.BuildSharp.RunAsync(125, ["bud", "--report", "nowhere/build.html", "."]);
        Assert.Equal("Error: --report: open nowhere/build.html: no such file or directory\n", refused.Error);
        Assert.Equal("", refused.Output);

        sandbox.Write("build.html", "older");
        await sandbox.BuildSharp.RunAsync("bud", "--report", "build.html", ".");
        Assert.StartsWith("<!doctype html>", File.ReadAllText(sandbox["build.html"]), StringComparison.Ordinal);
        Assert.Equal(["Dockerfile", "build.html", "package.json"], Directory.GetFiles(sandbox.Work).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    // Texts with less contrast to what is behind them than WCAG 2.2, 1.4.3 asks for.
    private const string UnreadableTexts = """
        (() => {
          const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const parts = c => c.match(/[\d.]+/g).map(Number);
          const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) { return c.slice(0, 3); } } return [255, 255, 255]; };
          return [...document.querySelectorAll("main *, header *, footer")].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).filter(e => {
            const [a, b] = [light(parts(getComputedStyle(e).color).slice(0, 3)), light(behind(e))].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05) < 4.5;
          }).length;
        })()
        """;

    private static async Task<Sandbox> BuiltAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        sandbox.Write("package.json", "old");
        await sandbox.BuildSharp.RunAsync("bud", "--layers", "-q", ".");
        return sandbox;
    }

    private static async Task<string> TextAsync(HeadlessBrowser browser) =>
        Blanks().Replace((string)(await browser.EvaluateAsync("document.body.innerText"))!, "\n");

    private static async Task SaveAsync(HeadlessBrowser browser, string name)
    {
        var pictures = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts/reports/pages")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(pictures, name + ".png"), await browser.ScreenshotAsync());
    }

    [GeneratedRegex("\n+")]
    private static partial Regex Blanks();

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();
}
