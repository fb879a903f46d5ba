using Embedded.Functions.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Cli.Tests.Support;

/// <summary>The real app, which asks for keys, and the sandbox that its tools call.</summary>
public sealed class World : IAsyncLifetime
{
    TestApp? _app;
    SandboxProcess? _sandbox;
    AppProcess? _process;

    /// <summary>Of an operator.</summary>
    public string Key { get; private set; } = "";

    public Uri Url => _process!.Url;

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxProcess.StartAsync();
        _app = AppWith(_sandbox.Url.ToString().TrimEnd('/'));
        _process = await _app.StartAsync();
        await _process.WaitForOutputAsync(line => line.Contains("This is shown once", StringComparison.Ordinal));
        Key = FirstKey.In(_process.Output);
        using var home = Home();
        (await home.RunAsync("spells", "push", Path.Combine(CliHome.Root, "spells"))).Ends(0);
    }

    static TestApp AppWith(string sandbox)
    {
        var app = new TestApp("Grimoire.Functions") { Parent = "src" };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = null,
            ["Security__Keys"] = "required",
            ["Egress__Allow"] = "127.0.0.1",
            ["Tools__Config__SANDBOX"] = sandbox,
            ["Tools__Config__LLM_ENDPOINT"] = $"{sandbox}/v1",
            ["Tools__Config__LLM_MODEL"] = "sandbox-small",
            ["Tools__Secrets__LLM_API_KEY"] = "sandbox-key",
            ["Tools__Config__REPLICATE_ENDPOINT"] = $"{sandbox}/replicate/v1",
            ["Tools__Secrets__REPLICATE_API_KEY"] = "sandbox-key",
            ["Tools__Secrets__REPLICATE_WEBHOOK_SECRET"] = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldA==",
        })
        {
            app.Environment[name] = value;
        }

        return app;
    }

    /// <summary>A folder for the command that knows this app and its key.</summary>
    internal CliHome Home() => new() { Environment = { ["GRIMOIRE_URL"] = Url.ToString(), ["GRIMOIRE_KEY"] = Key } };

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }
    }
}

/// <summary>One world for all of these.</summary>
[CollectionDefinition(Name)]
public sealed class SharedWorld : ICollectionFixture<World>
{
    public const string Name = "the shared world";
}

/// <summary>Another one, for tests that run at the same time: most of what they take is the start of the command, over and over.</summary>
[CollectionDefinition(Name)]
public sealed class OtherWorld : ICollectionFixture<World>
{
    public const string Name = "the other world";
}
