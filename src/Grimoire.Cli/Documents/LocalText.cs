using System.Text;

namespace Grimoire.Cli.Documents;

/// <summary>Reads text of this machine: a file, or what is piped in.</summary>
static class LocalText
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="CliException">There is no such file, or what is in it is no UTF-8.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            if (path == "-")
            {
                using var piped = new StreamReader(Console.OpenStandardInput(), Strict);
                return await piped.ReadToEndAsync(cancellation).ConfigureAwait(false);
            }

            return await File.ReadAllTextAsync(path, Strict, cancellation).ConfigureAwait(false);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CliException.Usage($"There is no file '{path}'.");
        }
        catch (DecoderFallbackException)
        {
            throw new CliException(ExitCode.Invalid, $"'{path}' is no text in UTF-8.");
        }
    }
}
