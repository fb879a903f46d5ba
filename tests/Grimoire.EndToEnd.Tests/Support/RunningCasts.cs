using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>One app and one sandbox, for all tests that leave them as they are: each has casts of its own.</summary>
public sealed class RunningCasts : IAsyncLifetime
{
    SandboxProcess? _sandbox;
    CastingApp? _app;

    internal CastingApp App => _app ?? throw new InvalidOperationException("It is not started yet.");

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxProcess.StartAsync();
        _app = CastingApp.Of(_sandbox);
        _app.UseToolsOfTests();
        await _app.StartAsync();
        foreach (var spell in SampleFiles.Spells.OrderBy(spell => spell.Name != "panel"))
        {
            await _app.SaveSampleAsync(spell.Name);
        }
    }

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

[CollectionDefinition(Name)]
public sealed class RunningCastsTests : ICollectionFixture<RunningCasts>
{
    public const string Name = "Running casts";
}
