using System.Globalization;
using System.Security.Cryptography;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>Results that are large: outputs and files.</summary>
[Collection(RunningCastsTests.Name)]
public sealed class LargeResultTests(RunningCasts running)
{
    readonly CastingApp _app = running.App;

    [Fact]
    public async Task An_output_of_three_megabytes_is_refused_by_name_and_not_kept()
    {
        var id = await _app.CastAsync("""[ { "id": "large", "tool": "sandbox.flaky", "with": { "kind": "huge", "bytes": 3000000 } } ]""");

        var cast = await _app.EndAsync(id, "failed");

        Assert.Equal(("output.tooLarge", "complete", "large"), (cast.FailureCode(), (string?)cast["failure"]!["phase"], (string?)cast["failure"]!["step"]));
        Assert.InRange((await _app.GetAsync($"api/casts/{id}/steps")).ToJsonString().Length, 1, 10_000);
    }

    [Fact]
    public async Task An_output_of_half_a_megabyte_is_passed_on_and_stays_out_of_the_history()
    {
        var id = await _app.CastAsync("""
            [ { "id": "large", "tool": "sandbox.flaky", "with": { "kind": "huge", "bytes": 500000 } }, { "id": "next", "tool": "json.value", "with": { "value": "${steps.large.output}" } } ]
            """);

        var cast = await _app.EndAsync(id);

        Assert.InRange(cast["output"]!.ToJsonString().Length, 450_000, 510_000);
        var instance = await _app.InstanceAsync(id, "?showHistory=true&showHistoryOutput=true");
        Assert.InRange(instance.ToJsonString().Length, 1, 50_000);
    }

    [Fact]
    [Trait("Row", "AZ04")]
    public async Task A_large_file_is_streamed_in_and_out_in_parts()
    {
        const int Bytes = 20 * 1024 * 1024;
        var before = PeakMemory();

        var id = await _app.CastAsync($$"""[ { "id": "fetch", "tool": "test.file", "with": { "bytes": {{Bytes}} } } ]""");

        var file = Assert.Single((await _app.EndAsync(id)).Artifacts());
        Assert.Equal((Bytes, "application/json"), ((int)file["bytes"]!, (string?)file["contentType"]));
        var all = await _app.DownloadAsync(file);
        Assert.Equal((string?)file["sha256"], Convert.ToHexStringLower(SHA256.HashData(all)));
        var (headers, part) = await _app.DownloadAsync(file, Bytes - 1000, Bytes - 1);
        Assert.Equal($"bytes {Bytes - 1000}-{Bytes - 1}/{Bytes}", headers.ContentRange!.ToString());
        Assert.Equal(all[^1000..], part);
        Assert.True(PeakMemory() - before < Bytes, "The app has had the file in its memory.");
    }

    /// <summary>The most that the app has ever had in memory, in bytes; 0 where the system does not tell.</summary>
    long PeakMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var line = File.ReadLines($"/proc/{_app.Process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
