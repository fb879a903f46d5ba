using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

/// <summary>docs/sandbox.md tells the truth: each of its curl lines is answered as it says.</summary>
public sealed partial class DocumentationTests
{
    const string Documented = "http://127.0.0.1:7072/";

    [Fact]
    public async Task Every_example_is_answered_as_the_page_says()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        string[] lines = [.. Page().Split('\n').Where(line => line.StartsWith("curl ", StringComparison.Ordinal))];
        var wrong = new List<string>();

        foreach (string line in lines)
        {
            string[] halves = line.Split(" # ");
            string answer = await RunAsync(own, halves[0]);
            if (answer != halves[1])
            {
                wrong.Add($"{line}: {answer}");
            }
        }

        Assert.Empty(wrong);
        Assert.InRange(lines.Length, 30, int.MaxValue);
    }

    [Fact]
    public async Task Every_kind_of_fault_is_on_the_page_and_has_an_example()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        using HttpResponseMessage refused = await own.Http.GetAsync("faults/unknown");
        string message = await refused.Content.ReadAsStringAsync();
        string[] kinds = KindList().Match(message).Groups[1].Value.Split(", ");
        string page = Page();

        Assert.Contains("hang", kinds);
        Assert.All(kinds, kind => Assert.Contains($"\n| `{kind}` |", page, StringComparison.Ordinal));
        Assert.All(kinds, kind => Assert.Contains($"{Documented}faults/{kind}", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_fault_of_callbacks_and_every_setting_is_on_the_page()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        using HttpResponseMessage refused = await own.Http.PutAsync(
            "control/callbacks/faults", new StringContent("""{"kind":"unknown"}""", Encoding.UTF8, "application/json"));
        string[] kinds = CallbackKindList().Match(await refused.Content.ReadAsStringAsync()).Groups[1].Value.Split(", ");
        JsonElement settings = JsonDocument.Parse(await own.Http.GetStringAsync("control/settings")).RootElement;
        string page = Page();

        Assert.Contains("early", kinds);
        Assert.All(kinds, kind => Assert.Contains($"\n| `{kind}` |", page, StringComparison.Ordinal));
        string about = page[page.IndexOf("### Settings", StringComparison.Ordinal)..];
        Assert.All(settings.EnumerateObject(), setting => Assert.Contains($"`{setting.Name}`", about, StringComparison.Ordinal));
        Assert.Contains(settings.GetProperty("webhookSecrets")[0].GetString()!, page, StringComparison.Ordinal);
        Assert.Contains(settings.GetProperty("hmacSecret").GetString()!, page, StringComparison.Ordinal);
    }

    /// <summary>Does what the curl line does, on the sandbox of the test.</summary>
    /// <returns>The status, or "no answer".</returns>
    static async Task<string> RunAsync(SandboxProcess sandbox, string line)
    {
        string[] words = [.. Words().Matches(line).Skip(1).Select(word => word.Value.Trim('\''))];
        using var patience = new CancellationTokenSource(SandboxProcess.Patience);
        using var request = new HttpRequestMessage();
        var headers = new List<string>();
        string? method = null;
        string? body = null;
        for (int i = 0; i < words.Length; i++)
        {
            switch (words[i])
            {
                case "-X":
                    method = words[++i];
                    break;
                case "-H":
                    headers.Add(words[++i]);
                    break;
                case "-d":
                    body = words[++i];
                    break;
                case "-m":
                    patience.CancelAfter(TimeSpan.FromSeconds(int.Parse(words[++i], System.Globalization.CultureInfo.InvariantCulture)));
                    break;
                case "-o":
                    i++;
                    break;
                default:
                    Assert.StartsWith(Documented, words[i], StringComparison.Ordinal);
                    request.RequestUri = new Uri(sandbox.Url, words[i][Documented.Length..]);
                    break;
            }
        }

        request.Method = new HttpMethod(method ?? (body is null ? "GET" : "POST"));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        foreach (string[] header in headers.Select(header => header.Split(": ")).Where(header => header[0] != "Content-Type"))
        {
            request.Headers.Add(header[0], header[1]);
        }

        try
        {
            using HttpResponseMessage response = await sandbox.Http.SendAsync(request, patience.Token);
            return $"{(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return "no answer";
        }
    }

    static string Page()
    {
        using var reader = new StreamReader(typeof(DocumentationTests).Assembly.GetManifestResourceStream("sandbox.md")!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Words();

    [GeneratedRegex("from 400 to 599, ([a-z, ]+)\\.")]
    private static partial Regex KindList();

    [GeneratedRegex("there are ([a-zA-Z, ]+)\\.")]
    private static partial Regex CallbackKindList();
}
