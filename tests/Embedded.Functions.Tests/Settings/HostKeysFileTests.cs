using Embedded.Functions.Settings;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Tests.Settings;

public sealed class HostKeysFileTests : IDisposable
{
    const string Whole = """
        {
          "masterKey": "master-key-0123456789",
          "functionKeys": { "default": "function-key-0123456789", "partner": "partner-key-0123456789" },
          "systemKeys": { "durabletask_extension": "system-key-0123456789" },
          "functions": { "Orders": { "default": "orders-key-0123456789" } }
        }
        """;

    readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keys_are_made_once_and_then_stay()
    {
        string state = _folder.PathOf("new/state");

        HostKeys made = Assert.IsType<HostKeys>(HostKeysFile.Open(state).Value);
        LoadedSettings<HostKeys?> again = HostKeysFile.Open(state);

        Assert.Empty(again.Problems);
        Assert.Equal(All(made), All(again.Value!));
        Assert.Equal(3, All(made).Distinct().Count());
        Assert.All(All(made), key => Assert.Matches("^[A-Za-z0-9_-]{54}$", key));
        Assert.Equal("host-keys.json", Path.GetFileName(Assert.Single(Directory.GetFiles(state))));
    }

    [Fact]
    public void Only_the_owner_can_read_new_keys()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        HostKeysFile.Open(_folder.PathOf("state"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.PathOf("state/host-keys.json")));
    }

    [Fact]
    public async Task All_who_start_at_once_get_the_same_keys()
    {
        for (int round = 0; round < 20; round++)
        {
            string state = _folder.PathOf($"state{round}");
            using var start = new Barrier(8);

            LoadedSettings<HostKeys?>[] opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return HostKeysFile.Open(state);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.All(opened, keys => Assert.Empty(keys.Problems));
            Assert.Single(opened.Select(keys => keys.Value!.MasterKey).Distinct());
            Assert.Single(Directory.GetFiles(state));
        }
    }

    [Fact]
    public async Task Of_all_who_publish_a_file_at_once_one_succeeds_and_its_file_stays()
    {
        const int Writers = 4;
        const int Rounds = 250;
        using var round = new Barrier(Writers);

        bool[][] results = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
            () => Enumerable.Range(0, Rounds).Select(i => Publish(i, writer)).ToArray(),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        for (int i = 0; i < Rounds; i++)
        {
            int winner = Assert.Single(Enumerable.Range(0, Writers), writer => results[writer][i]);
            Assert.Equal($"{winner}", await File.ReadAllTextAsync(_folder.PathOf($"{i}")));
        }

        bool Publish(int i, int writer)
        {
            string temporary = _folder.PathOf($"{i}.{writer}");
            File.WriteAllText(temporary, $"{writer}");
            round.SignalAndWait();
            return FilePublication.TryPublish(temporary, _folder.PathOf($"{i}"));
        }
    }

    [Fact]
    public void Keys_that_were_added_to_the_file_count()
    {
        LoadedSettings<HostKeys?> loaded = _folder.Keys(Whole);

        HostKeys keys = loaded.Value!;
        Assert.DoesNotContain(loaded.Problems, problem => problem.IsError);
        Assert.Equal("system-key-0123456789", keys.DurableKey);
        Assert.True(keys.Allows(AuthorizationLevel.Function, "partner-key-0123456789", "Invoices"));
        Assert.True(keys.Allows(AuthorizationLevel.Function, "orders-key-0123456789", "Orders"));
        Assert.False(keys.Allows(AuthorizationLevel.Function, "orders-key-0123456789", "Invoices"));
    }

    [Fact]
    public void A_mode_that_lets_others_read_is_repaired_with_a_warning()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        HostKeysFile.Open(_folder.Path);
        File.SetUnixFileMode(_folder.PathOf("host-keys.json"), (UnixFileMode)Convert.ToInt32("644", 8));

        LoadedSettings<HostKeys?> loaded = HostKeysFile.Open(_folder.Path);

        SettingProblem problem = Assert.Single(loaded.Problems);
        Assert.Equal(SettingSeverity.Warning, problem.Severity);
        Assert.Contains("mode 644", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(loaded.Value);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.PathOf("host-keys.json")));
        Assert.Empty(HostKeysFile.Open(_folder.Path).Problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"masterKey\": \"abc")]
    [InlineData("[]")]
    public void A_damaged_file_is_an_error_and_stays_as_it_is(string content)
    {
        LoadedSettings<HostKeys?> loaded = _folder.Keys(content);

        Assert.Null(loaded.Value);
        Assert.True(loaded.HasErrors);
        Assert.All(loaded.Problems, problem => Assert.Equal(_folder.PathOf("host-keys.json"), problem.File));
        Assert.Contains(loaded.Problems, problem => problem.Message.Contains("put it back from a copy", StringComparison.Ordinal));
        Assert.Equal(content, File.ReadAllText(_folder.PathOf("host-keys.json")));
    }

    [Theory]
    [InlineData("\"masterKey\": \"master-key-0123456789\",", "", "masterKey")]
    [InlineData("master-key-0123456789", "", "masterKey")]
    [InlineData("\"default\": \"function-key-0123456789\",", "", "functionKeys.default")]
    [InlineData("durabletask_extension", "other", "systemKeys.durabletask_extension")]
    [InlineData("\"partner-key-0123456789\"", "null", "functionKeys.partner")]
    [InlineData("\"partner-key-0123456789\"", "\"\"", "functionKeys.partner")]
    [InlineData("\"partner-key-0123456789\"", "[]", "functionKeys.partner")]
    [InlineData("{ \"default\": \"orders-key-0123456789\" }", "\"orders-key-0123456789\"", "functions.Orders")]
    [InlineData("orders-key-0123456789", "", "functions.Orders.default")]
    public void A_missing_or_empty_key_is_an_error_that_names_it(string part, string instead, string path)
    {
        string content = Whole.Replace(part, instead, StringComparison.Ordinal);

        LoadedSettings<HostKeys?> loaded = _folder.Keys(content);

        Assert.Null(loaded.Value);
        Assert.Equal(path, Assert.Single(loaded.Problems, problem => problem.IsError).Path);
        Assert.Equal(content, File.ReadAllText(_folder.PathOf("host-keys.json")));
    }

    [Fact]
    public void A_key_that_can_be_guessed_is_a_warning()
    {
        LoadedSettings<HostKeys?> loaded = _folder.Keys(Whole.Replace("partner-key-0123456789", "secret", StringComparison.Ordinal));

        Assert.NotNull(loaded.Value);
        Assert.Contains(loaded.Problems, problem => problem is { Path: "functionKeys.partner", Severity: SettingSeverity.Warning });
    }

    [Fact]
    public void An_unknown_name_is_a_warning()
    {
        LoadedSettings<HostKeys?> loaded = _folder.Keys(Whole.Replace("\"functions\"", "\"funktions\"", StringComparison.Ordinal));

        Assert.NotNull(loaded.Value);
        Assert.Contains(loaded.Problems, problem => problem.Path == "funktions" && problem.Message.EndsWith("did you mean 'functions'?", StringComparison.Ordinal));
    }

    [Fact]
    public void A_state_folder_that_cannot_be_made_is_an_error()
    {
        File.WriteAllText(_folder.PathOf("file"), "");

        LoadedSettings<HostKeys?> loaded = HostKeysFile.Open(_folder.PathOf("file/state"));

        Assert.Null(loaded.Value);
        Assert.Contains("cannot be kept there", Assert.Single(loaded.Problems).Message, StringComparison.Ordinal);
    }

    static string[] All(HostKeys keys) => [keys.MasterKey, .. keys.FunctionKeys.Values, .. keys.SystemKeys.Values];
}
