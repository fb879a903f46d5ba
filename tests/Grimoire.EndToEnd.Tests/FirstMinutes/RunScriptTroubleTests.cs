using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.FirstMinutes;

/// <summary>What ./run.sh says where something is missing or in the way: a sentence with what is wrong and what to do.</summary>
[Trait("Row", "AZ09")]
public sealed class RunScriptTroubleTests(ITestOutputHelper output) : IDisposable
{
    readonly BareMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Without_an_sdk_it_says_where_to_get_one()
    {
        _machine.Take("dotnet");
        await RefusedAsync("Grimoire needs the .NET SDK 10 (https://dotnet.microsoft.com/download): there is no dotnet on the PATH.");
    }

    [Fact]
    public async Task With_an_old_sdk_it_says_which_one_is_there()
    {
        _machine.Put("dotnet", "echo '9.0.304 [/sdk]'");
        await RefusedAsync("the newest one here is 9.0.304.");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_named()
    {
        File.WriteAllText(_machine.State, "a file where the folder should be");
        await RefusedAsync($"What is cast cannot be kept in {_machine.State}: it cannot be written to. Name another folder: GRIMOIRE_HOME=... ./run.sh");
    }

    [Fact]
    public async Task A_full_disk_is_told_before_anything_is_done()
    {
        _machine.Put("df", "echo Filesystem; echo /dev/one 9999999 9999999 20480 100% /");
        await RefusedAsync($"The disk under {_machine.State} has 20 MB left, and 500 MB are wanted.");
    }

    [Fact]
    public async Task A_build_that_fails_shows_why()
    {
        _machine.Put("dotnet", """[[ "$1" == --list-sdks ]] && echo "10.0.100 [/sdk]" || { echo "error CS1002: ; expected"; exit 1; }""");
        await RefusedAsync("error CS1002: ; expected", "The build of src/Grimoire.Functions failed, for what stands above. Nothing was started.");
    }

    [Fact]
    public async Task An_address_that_was_asked_for_and_is_taken_is_an_error()
    {
        using TcpListener taken = Listen(0);
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        _machine.Settings["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

        await RefusedAsync(string.Create(CultureInfo.InvariantCulture, $"ASPNETCORE_URLS asks for http://127.0.0.1:{port}, and something listens there already."));
    }

    [Fact]
    public async Task Where_the_usual_port_is_taken_the_app_takes_another_one()
    {
        // Somebody else on this machine may have it: then it is taken, too.
        using TcpListener? taken = ListenIfFree(7071);
        _machine.Settings.Remove("ASPNETCORE_URLS");
        _machine.Put("dotnet", """
            case "$*" in
              --list-sdks) echo "10.0.100 [/sdk]" ;;
              *Sandbox.dll*) echo "The sandbox listens on http://127.0.0.1:9"; exec sleep 600 ;;
              *Functions.dll*) echo "It was asked to listen on $ASPNETCORE_URLS"; exit 4 ;;
            esac
            """);
        await RefusedAsync("Port 7071 is taken by something else: the app takes a free one.", "It was asked to listen on http://127.0.0.1:0");
    }

    [Fact]
    public async Task Without_node_it_keeps_what_is_cast_in_files_and_stays_there()
    {
        await using (ScriptRun run = _machine.Run())
        {
            await run.SeeAsync("Ctrl-C stops everything");
            await run.SeeAsync("There is no Azurite: it needs Node.js and npm (https://nodejs.org/)");
            Assert.Contains($"What is cast is kept in files in {_machine.State}/files.", run.Said, StringComparison.Ordinal);
            Assert.Equal(130, await run.InterruptAsync());
        }

        // The next time there is Node.js. What was cast must not seem to be gone for that.
        _machine.Put("node", "exit 1");
        _machine.Put("npm", "exit 1");
        await using ScriptRun again = _machine.Run();
        await again.SeeAsync("Ctrl-C stops everything");
        Assert.Contains($"What is cast is kept in files in {_machine.State}/files, as the runs before.", again.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("azurite", "", "What was cast here is in Azurite, without which it cannot be shown.")]
    [InlineData("account", "", "What was cast here is in a storage account, and AzureWebJobsStorage does not name it.")]
    [InlineData("files", "UseDevelopmentStorage=true", "What was cast here is not in the storage that AzureWebJobsStorage names (it is in: files).")]
    public async Task Where_the_storage_of_earlier_runs_is_not_there_it_does_not_begin_another(string begun, string named, string sentence)
    {
        Directory.CreateDirectory(_machine.State);
        File.WriteAllText(Path.Combine(_machine.State, "storage"), begun + "\n");
        _machine.Settings["AzureWebJobsStorage"] = named;

        await RefusedAsync(sentence);
    }

    [Fact]
    public async Task Without_curl_it_says_that_nothing_is_cast_and_runs()
    {
        _machine.Take("curl");
        await using ScriptRun run = _machine.Run();
        await run.SeeAsync("Ctrl-C stops everything");

        Assert.Contains("There is no curl on the PATH: the sample spells are not saved, and none is cast.", run.Said, StringComparison.Ordinal);
        Assert.Contains("In a browser:  http://127.0.0.1:9/", run.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_dies_while_it_starts_shows_the_end_of_its_log()
    {
        _machine.Put("dotnet", """
            case "$*" in
              --list-sdks) echo "10.0.100 [/sdk]" ;;
              *Sandbox.dll*) echo "The sandbox listens on http://127.0.0.1:9"; exec sleep 600 ;;
              *Functions.dll*) echo "fail: Storage:MaxArtifactBytes is 'lots', which is no number."; exit 3 ;;
            esac
            """);
        Assert.Equal(3, await RefusedAsync("The app ended with exit code 3. The last lines of its log", "  fail: Storage:MaxArtifactBytes is 'lots', which is no number."));
    }

    [Fact]
    public async Task An_app_that_is_killed_is_told_in_one_sentence_and_bash_adds_none_of_its_own()
    {
        _machine.Put("dotnet", """
            case "$*" in
              --list-sdks) echo "10.0.100 [/sdk]" ;;
              *Sandbox.dll*) echo "The sandbox listens on http://127.0.0.1:9"; exec sleep 600 ;;
              *Functions.dll*) echo $$ >"$GRIMOIRE_HOME/pid"; echo "Now listening on: http://127.0.0.1:9"; echo "Functions:"; exec sleep 600 ;;
            esac
            """);
        await using ScriptRun run = _machine.Run();
        await run.SeeAsync("Ctrl-C stops everything");
        using Process app = Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(_machine.State, "pid")), CultureInfo.InvariantCulture));
        app.Kill();

        Assert.Equal(137, await run.EndAsync());
        Assert.Contains("The app ended with exit code 137. The last lines of its log", run.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("Killed", run.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_in_the_same_folder_is_refused()
    {
        await using ScriptRun first = _machine.Run();
        await first.SeeAsync("Ctrl-C stops everything");

        await RefusedAsync($"{_machine.State} is in use: by the run that process ", "give this one a folder of its own: GRIMOIRE_HOME=... ./run.sh");
    }

    [Fact]
    public async Task What_it_does_not_know_is_refused_and_what_comes_after_two_hyphens_is_the_apps()
    {
        await using (ScriptRun wrong = _machine.Run("--frehs"))
        {
            Assert.Equal(2, await wrong.EndAsync());
            Assert.Contains("run.sh does not know '--frehs'", wrong.Said, StringComparison.Ordinal);
        }

        _machine.Put("dotnet", """
            case "$*" in
              --list-sdks) echo "10.0.100 [/sdk]" ;;
              *Sandbox.dll*) echo "The sandbox listens on http://127.0.0.1:9"; exec sleep 600 ;;
              *Functions.dll*) echo "It was given ${*:2}"; exit 5 ;;
            esac
            """);
        await using ScriptRun run = _machine.Run("--", "--environment", "Staging");
        Assert.Equal(5, await run.EndAsync());
        Assert.Contains("It was given --environment Staging", run.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starting_over_removes_what_runs_have_left_and_nothing_else()
    {
        Directory.CreateDirectory(Path.Combine(_machine.State, "files"));
        File.WriteAllText(Path.Combine(_machine.State, "letters.txt"), "mine");
        File.WriteAllText(Path.Combine(_machine.State, "storage"), "files\n");
        await using ScriptRun run = _machine.Run("--fresh");
        await run.SeeAsync("Ctrl-C stops everything");

        Assert.Contains("Starting over: removed from", run.Said, StringComparison.Ordinal);
        Assert.Contains("(files, storage)", run.Said, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_machine.State, "letters.txt")));
    }

    async Task<int> RefusedAsync(params string[] sentences)
    {
        await using ScriptRun run = _machine.Run();
        int code = await run.EndAsync();
        run.Tell(output);
        Assert.NotEqual(0, code);
        Assert.All(sentences, sentence => Assert.Contains(sentence, run.Said, StringComparison.Ordinal));
        return code;
    }

    static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    static TcpListener? ListenIfFree(int port)
    {
        try
        {
            return Listen(port);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
