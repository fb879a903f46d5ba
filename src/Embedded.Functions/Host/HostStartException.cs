namespace Embedded.Functions.Host;

/// <summary>The app cannot start; the message says all that is wrong with it.</summary>
public sealed class HostStartException : Exception
{
    internal HostStartException(IReadOnlyCollection<string> problems)
        : base($"The app cannot start:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(p => $"  - {p}"))}") =>
        Problems = problems;

    /// <summary>Everything that has to be put right.</summary>
    public IReadOnlyCollection<string> Problems { get; }

    /// <summary>Makes a process that ends with this exception say so in words instead of a stack trace, which would tell nothing more.</summary>
    internal static void ReportUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        if (e.ExceptionObject is HostStartException exception)
        {
            using Stream error = OpenStandardError();
            error.Write(System.Text.Encoding.UTF8.GetBytes(exception.Message + Environment.NewLine));
            Environment.Exit(1);
        }
    }

#pragma warning disable RS0030 // The process ends, and no log is there to take the reason.
    static Stream OpenStandardError() => Console.OpenStandardError();
#pragma warning restore RS0030
}
