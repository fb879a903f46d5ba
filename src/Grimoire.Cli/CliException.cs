namespace Grimoire.Cli;

/// <summary>The command cannot go on, for a reason that is told to the user in a sentence.</summary>
class CliException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;

    /// <summary>It was about a request that may have reached the app.</summary>
    public bool IsSent { get; init; }

    public static CliException Usage(string message) => new(ExitCode.Usage, message);
}
