namespace Grimoire.Sandbox;

/// <summary>Where the sandbox listens: what <c>--urls</c> says, or ASPNETCORE_URLS, or port 7072 of this machine.</summary>
static class ListenAddress
{
    const string Default = "http://127.0.0.1:7072";

    /// <exception cref="FormatException">It is no single http URL; the message is for the person who gave it.</exception>
    public static Uri From(string[] args)
    {
        IConfiguration settings = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(args).Build();
        string text = settings["urls"] is { Length: > 0 } given ? given : Default;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme == Uri.UriSchemeHttp && url.AbsolutePath == "/"
            ? url
            : throw new FormatException($"\"{text}\" is no address that the sandbox can listen on: it takes one, such as {Default} (--urls or ASPNETCORE_URLS).");
    }

    public static string Show(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
