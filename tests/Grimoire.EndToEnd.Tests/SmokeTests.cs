using System.Diagnostics;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>The script that tries out any host, against the embedded one.</summary>
public sealed class SmokeTests(ITestOutputHelper output)
{
    [AzuriteFact]
    public async Task The_smoke_script_passes_with_a_key_and_fails_without()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(AzuriteFactAttribute.Connection, output);

        (int passed, string said) = await RunAsync(app.Process.Url.ToString(), app.Key!);
        Assert.True(passed == 0, said);
        Assert.EndsWith("passed\n", said);

        (int refused, string why) = await RunAsync(app.Process.Url.ToString());
        Assert.Equal(1, refused);
        Assert.Contains("FAILED", why);
    }

    static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        // .../tests/Grimoire.EndToEnd.Tests/bin/Release/net10.0/
        string script = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../eng/azure-smoke.sh"));
        var start = new ProcessStartInfo("bash", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GRIMOIRE_SMOKE_SECONDS"] = arguments.Length > 1 ? "60" : "1";
        using Process process = Process.Start(start)!;
        Task<string>[] texts = [process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()];
        await process.WaitForExitAsync().WaitAsync(AppProcess.Patience);
        return (process.ExitCode, string.Concat(await Task.WhenAll(texts)));
    }
}
