using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Commands;
using Grimoire.Cli.Output;
using Grimoire.Cli.Settings;

namespace Grimoire.Cli;

/// <summary>What a command works with: its options, the terminal, the settings and the app.</summary>
sealed class Session(ParseResult parsed, TimeProvider time) : IDisposable
{
    GrimoireClient? _client;
    CliSettings? _settings;

    public static string Version { get; } =
        typeof(Session).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public TimeProvider Time => time;

    public Terminal Terminal { get; } = new(parsed.GetValue(GlobalOptions.Json), parsed.GetValue(GlobalOptions.Plain));

    public TimeSpan Timeout => parsed.GetValue(GlobalOptions.Timeout) ?? GlobalOptions.DefaultTimeout;

    public CliSettings Settings => _settings ??= ReadSettings();

    public GrimoireClient Client => _client ??= new GrimoireClient(Settings, Timeout, time);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    public Task<JsonNode?> AskAsync(Call call, CancellationToken cancellation) => Client.AskAsync(call, cancellation);

    /// <summary>With --json the answer as it came, otherwise what people want to know of it.</summary>
    public ExitCode Answer(JsonNode? answer, Action people)
    {
        if (Terminal.IsJson)
        {
            Terminal.Json(answer);
        }
        else
        {
            people();
        }

        return ExitCode.Done;
    }

    /// <summary>With --json the list as it is, otherwise a table of it.</summary>
    public ExitCode Answer(string name, JsonArray list, IReadOnlyList<string> head, Func<JsonNode?, IReadOnlyList<string>> row) =>
        Answer(new JsonObject { [name] = list }, () =>
        {
            if (list.Count == 0)
            {
                Terminal.Note($"There are no {name}.");
            }
            else
            {
                Terminal.Table(head, list.Select(row));
            }
        });

    public void Dispose() => _client?.Dispose();

    CliSettings ReadSettings()
    {
        var settings = CliSettings.Read(
            Get(GlobalOptions.Url), Get(GlobalOptions.Key), Get(GlobalOptions.Account), Environment.CurrentDirectory, Environment.GetEnvironmentVariable);
        foreach (var warning in settings.Warnings)
        {
            Terminal.Warning(warning);
        }

        return settings;
    }
}
