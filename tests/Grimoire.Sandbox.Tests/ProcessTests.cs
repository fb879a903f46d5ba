using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

/// <summary>How the sandbox starts and ends.</summary>
public sealed class ProcessTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    const int Interrupt = 2;
    const int Terminate = 15;

    [Fact]
    public async Task It_says_in_one_line_where_it_listens_and_that_it_is_well()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();

        Assert.Equal("""{"status":"ok"}""", await own.Http.GetStringAsync("health"));
        Assert.Equal($"The sandbox listens on {own.Url.GetLeftPart(UriPartial.Authority)}", own.Output);
    }

    [Fact]
    public async Task On_a_port_that_is_taken_it_says_so_in_one_sentence_and_ends_with_1()
    {
        (int code, string output, string error) = await RunAsync(Sandbox.Url.GetLeftPart(UriPartial.Authority));

        Assert.Equal(1, code);
        Assert.Equal("", output);
        Assert.StartsWith($"The sandbox cannot listen on {Sandbox.Url.GetLeftPart(UriPartial.Authority)}: that port is taken.", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://127.0.0.1:0;http://127.0.0.1:0")]
    public async Task An_address_that_is_none_is_refused_in_one_sentence(string url)
    {
        (int code, _, string error) = await RunAsync(url);

        Assert.Equal(1, code);
        Assert.Contains($"\"{url}\" is no address", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task It_ends_at_once_whoever_still_waits_for_an_answer(int signal)
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        Task<HttpResponseMessage>[] waiting =
        [
            own.Http.GetAsync("faults/hang"),
            own.Http.GetAsync("faults/slow?ms=60000"),
            own.Http.GetAsync("faults/huge?bytes=1000000000", HttpCompletionOption.ResponseHeadersRead),
        ];
        string calling = $$"""{"seconds":0,"callbackUrl":"{{own.Url}}faults/hang"}""";
        using HttpResponseMessage started = await own.Http.PostAsync("jobs", Body(calling));
        using HttpResponseMessage queued = await own.Http.PostAsync("jobs", Body("""{"seconds":3600}"""));
        await Until.TrueAsync(async () => (await own.CallsAsync("/faults/*")).Count == 4);
        using HttpResponseMessage unread = await waiting[2];

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, Signal(own.Id, signal));

        Assert.Equal(0, await own.EndAsync());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<HttpRequestException>(() => waiting[0]);
        await Assert.ThrowsAsync<HttpRequestException>(() => waiting[1]);
        Assert.Single(own.Output.Split('\n'));
    }

    [Fact]
    public async Task It_can_come_back_where_it_was()
    {
        await using SandboxProcess first = await SandboxProcess.StartAsync();
        await first.KillAsync();

        await using SandboxProcess second = await SandboxProcess.StartAsync(first.Url.Port);

        Assert.Equal(first.Url, second.Url);
        Assert.Equal("{}", await second.Http.GetStringAsync("noop"));
    }

    [Fact]
    public async Task What_it_does_not_have_is_not_found_with_the_reason()
    {
        using HttpResponseMessage response = await Http.GetAsync("nothing/here");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("GET /nothing/here", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    static async Task<(int Code, string Output, string Error)> RunAsync(string url)
    {
        using Process process = Process.Start(SandboxProcess.StartInfo(url))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(SandboxProcess.Patience);
        }
        finally
        {
            process.Kill();
        }

        return (process.ExitCode, await output, await error);
    }

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    static extern int Signal(int process, int signal);
}
