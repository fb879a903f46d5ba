using System.Net;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>An activity that throws: whoever looks after the app reads which one it was, and the orchestration hears of it.</summary>
public sealed class HandlerErrorTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Row", "NX08")]
    public async Task What_an_activity_throws_is_logged_with_its_name_and_goes_on_to_the_orchestration_which_tries_again()
    {
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Storage__Retry__Tries"] = "3";
        app.Settings["Storage__Retry__FirstDelay"] = "PT0.01S";
        await app.RestartAsync();
        string id = await app.CastAsync(Samples.Patient);
        await Eventually.SeeAsync(() => app.GetAsync($"casts/{id}"), cast => cast.GetRawText().Contains("waitsUntil", StringComparison.Ordinal), app.Process);
        string record = Directory.EnumerateFiles(app.Folder, "sleep.001.json", SearchOption.AllDirectories).Single();

        // A folder in place of the file: it can be neither read nor written.
        File.Move(record, record + ".aside");
        Directory.CreateDirectory(record);
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{id}/cancel");
        await app.Process.WaitForOutputAsync(line => line.Contains("Executed 'Functions.EndWait' (Failed", StringComparison.Ordinal));
        await app.Process.WaitForOutputAsync(line => line.Contains($"'EndWait' activity of orchestration ID '{id}' failed", StringComparison.Ordinal));
        Directory.Delete(record);
        File.Move(record + ".aside", record);

        await app.EndAsync(id, "cancelled");
    }
}
