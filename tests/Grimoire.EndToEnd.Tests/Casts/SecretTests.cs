using System.Text;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>Secrets, sent to providers that say them back in outputs and in errors.</summary>
public sealed class SecretTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_secret_is_in_nothing_that_the_app_writes_says_or_answers()
    {
        // With characters that look otherwise in a URL and in JSON around what must not be found.
        var core = Guid.NewGuid().ToString("N");
        var secret = $"s3cr+t/{core}\"=";
        await using var sandbox = await SandboxProcess.StartAsync();
        await using var app = CastingApp.Of(sandbox, output, storage: "");
        app.UseToolsOfTests();
        app.Settings["Tools__Secrets__TOKEN"] = secret;
        await app.StartAsync();
        var answers = new StringBuilder();

        var id = await app.CastAsync("""
            [
              { "id": "echo", "tool": "test.leak" },
              { "id": "again", "tool": "sandbox.echo", "with": { "said": "${steps.echo.output}" } },
              { "id": "url", "tool": "test.leaking-url", "retry": { "maxAttempts": 2, "firstInterval": "PT0.1S" }, "onError": "continue" },
              { "id": "model", "tool": "test.leaking-model" }
            ]
            """);

        answers.Append(await app.EndAsync(id, "failed"));
        answers.Append(await app.InstanceAsync(id, "?showHistory=true&showHistoryOutput=true"));
        foreach (var path in new[] { $"api/casts/{id}/steps", $"api/casts/{id}/events", "api/casts", "api/tools" })
        {
            answers.Append(await app.GetAsync(path));
        }

        Assert.Contains("[secret]", answers.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await app.Process.StopAsync());
        string[] forms = [core, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))];
        Assert.All(forms, form => Assert.DoesNotContain(form, answers.ToString(), StringComparison.Ordinal));
        Assert.All(forms, form => Assert.DoesNotContain(form, app.Process.Output, StringComparison.Ordinal));
        var files = Directory.GetFiles(app.Folder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith(".db", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Contains(id, StringComparison.Ordinal));
        foreach (var file in files)
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.All(forms, form => Assert.False(text.Contains(form, StringComparison.Ordinal), $"It is in {file}."));
        }
    }
}
