-- Chinook 1.4.5 (github.com/lerocha/chinook-database, MIT licence, see LICENSE.md): its schema and its smallest tables' rows.
CREATE TABLE [Album]
(
    [AlbumId] INTEGER  NOT NULL,
    [Title] NVARCHAR(160)  NOT NULL,
    [ArtistId] INTEGER  NOT NULL,
    CONSTRAINT [PK_Album] PRIMARY KEY  ([AlbumId]),
    FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [Artist]
(
    [ArtistId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Artist] PRIMARY KEY  ([ArtistId])
);
CREATE TABLE [Customer]
(
    [CustomerId] INTEGER  NOT NULL,
    [FirstName] NVARCHAR(40)  NOT NULL,
    [LastName] NVARCHAR(20)  NOT NULL,
    [Company] NVARCHAR(80),
    [Address] NVARCHAR(70),
    [City] NVARCHAR(40),
    [State] NVARCHAR(40),
    [Country] NVARCHAR(40),
    [PostalCode] NVARCHAR(10),
    [Phone] NVARCHAR(24),
    [Fax] NVARCHAR(24),
    [Email] NVARCHAR(60)  NOT NULL,
    [SupportRepId] INTEGER,
    CONSTRAINT [PK_Customer] PRIMARY KEY  ([CustomerId]),
    FOREIGN KEY ([SupportRepId]) REFERENCES [Employee] ([EmployeeId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [Employee]
(
    [EmployeeId] INTEGER  NOT NULL,
    [LastName] NVARCHAR(20)  NOT NULL,
    [FirstName] NVARCHAR(20)  NOT NULL,
    [Title] NVARCHAR(30),
    [ReportsTo] INTEGER,
    [BirthDate] DATETIME,
    [HireDate] DATETIME,
    [Address] NVARCHAR(70),
    [City] NVARCHAR(40),
    [State] NVARCHAR(40),
    [Country] NVARCHAR(40),
    [PostalCode] NVARCHAR(10),
    [Phone] NVARCHAR(24),
    [Fax] NVARCHAR(24),
    [Email] NVARCHAR(60),
    CONSTRAINT [PK_Employee] PRIMARY KEY  ([EmployeeId]),
    FOREIGN KEY ([ReportsTo]) REFERENCES [Employee] ([EmployeeId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [Genre]
(
    [GenreId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Genre] PRIMARY KEY  ([GenreId])
);
INSERT INTO "Genre" VALUES(1,'Rock');
INSERT INTO "Genre" VALUES(2,'Jazz');
INSERT INTO "Genre" VALUES(3,'Metal');
INSERT INTO "Genre" VALUES(4,'Alternative & Punk');
INSERT INTO "Genre" VALUES(5,'Rock And Roll');
INSERT INTO "Genre" VALUES(6,'Blues');
INSERT INTO "Genre" VALUES(7,'Latin');
INSERT INTO "Genre" VALUES(8,'Reggae');
INSERT INTO "Genre" VALUES(9,'Pop');
INSERT INTO "Genre" VALUES(10,'Soundtrack');
INSERT INTO "Genre" VALUES(11,'Bossa Nova');
INSERT INTO "Genre" VALUES(12,'Easy Listening');
INSERT INTO "Genre" VALUES(13,'Heavy Metal');
INSERT INTO "Genre" VALUES(14,'R&B/Soul');
INSERT INTO "Genre" VALUES(15,'Electronica/Dance');
INSERT INTO "Genre" VALUES(16,'World');
INSERT INTO "Genre" VALUES(17,'Hip Hop/Rap');
INSERT INTO "Genre" VALUES(18,'Science Fiction');
INSERT INTO "Genre" VALUES(19,'TV Shows');
INSERT INTO "Genre" VALUES(20,'Sci Fi & Fantasy');
INSERT INTO "Genre" VALUES(21,'Drama');
INSERT INTO "Genre" VALUES(22,'Comedy');
INSERT INTO "Genre" VALUES(23,'Alternative');
INSERT INTO "Genre" VALUES(24,'Classical');
INSERT INTO "Genre" VALUES(25,'Opera');
CREATE TABLE [Invoice]
(
    [InvoiceId] INTEGER  NOT NULL,
    [CustomerId] INTEGER  NOT NULL,
    [InvoiceDate] DATETIME  NOT NULL,
    [BillingAddress] NVARCHAR(70),
    [BillingCity] NVARCHAR(40),
    [BillingState] NVARCHAR(40),
    [BillingCountry] NVARCHAR(40),
    [BillingPostalCode] NVARCHAR(10),
    [Total] NUMERIC(10,2)  NOT NULL,
    CONSTRAINT [PK_Invoice] PRIMARY KEY  ([InvoiceId]),
    FOREIGN KEY ([CustomerId]) REFERENCES [Customer] ([CustomerId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [InvoiceLine]
(
    [InvoiceLineId] INTEGER  NOT NULL,
    [InvoiceId] INTEGER  NOT NULL,
    [TrackId] INTEGER  NOT NULL,
    [UnitPrice] NUMERIC(10,2)  NOT NULL,
    [Quantity] INTEGER  NOT NULL,
    CONSTRAINT [PK_InvoiceLine] PRIMARY KEY  ([InvoiceLineId]),
    FOREIGN KEY ([InvoiceId]) REFERENCES [Invoice] ([InvoiceId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [MediaType]
(
    [MediaTypeId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_MediaType] PRIMARY KEY  ([MediaTypeId])
);
INSERT INTO "MediaType" VALUES(1,'MPEG audio file');
INSERT INTO "MediaType" VALUES(2,'Protected AAC audio file');
INSERT INTO "MediaType" VALUES(3,'Protected MPEG-4 video file');
INSERT INTO "MediaType" VALUES(4,'Purchased AAC audio file');
INSERT INTO "MediaType" VALUES(5,'AAC audio file');
CREATE TABLE [Playlist]
(
    [PlaylistId] INTEGER  NOT NULL,
    [Name] NVARCHAR(120),
    CONSTRAINT [PK_Playlist] PRIMARY KEY  ([PlaylistId])
);
INSERT INTO "Playlist" VALUES(1,'Music');
INSERT INTO "Playlist" VALUES(2,'Movies');
INSERT INTO "Playlist" VALUES(3,'TV Shows');
INSERT INTO "Playlist" VALUES(4,'Audiobooks');
INSERT INTO "Playlist" VALUES(5,'90’s Music');
INSERT INTO "Playlist" VALUES(6,'Audiobooks');
INSERT INTO "Playlist" VALUES(7,'Movies');
INSERT INTO "Playlist" VALUES(8,'Music');
INSERT INTO "Playlist" VALUES(9,'Music Videos');
INSERT INTO "Playlist" VALUES(10,'TV Shows');
INSERT INTO "Playlist" VALUES(11,'Brazilian Music');
INSERT INTO "Playlist" VALUES(12,'Classical');
INSERT INTO "Playlist" VALUES(13,'Classical 101 - Deep Cuts');
INSERT INTO "Playlist" VALUES(14,'Classical 101 - Next Steps');
INSERT INTO "Playlist" VALUES(15,'Classical 101 - The Basics');
INSERT INTO "Playlist" VALUES(16,'Grunge');
INSERT INTO "Playlist" VALUES(17,'Heavy Metal Classic');
INSERT INTO "Playlist" VALUES(18,'On-The-Go 1');
CREATE TABLE [PlaylistTrack]
(
    [PlaylistId] INTEGER  NOT NULL,
    [TrackId] INTEGER  NOT NULL,
    CONSTRAINT [PK_PlaylistTrack] PRIMARY KEY  ([PlaylistId], [TrackId]),
    FOREIGN KEY ([PlaylistId]) REFERENCES [Playlist] ([PlaylistId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [Track]
(
    [TrackId] INTEGER  NOT NULL,
    [Name] NVARCHAR(200)  NOT NULL,
    [AlbumId] INTEGER,
    [MediaTypeId] INTEGER  NOT NULL,
    [GenreId] INTEGER,
    [Composer] NVARCHAR(220),
    [Milliseconds] INTEGER  NOT NULL,
    [Bytes] INTEGER,
    [UnitPrice] NUMERIC(10,2)  NOT NULL,
    CONSTRAINT [PK_Track] PRIMARY KEY  ([TrackId]),
    FOREIGN KEY ([AlbumId]) REFERENCES [Album] ([AlbumId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([GenreId]) REFERENCES [Genre] ([GenreId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION,
    FOREIGN KEY ([MediaTypeId]) REFERENCES [MediaType] ([MediaTypeId]) 
		ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE INDEX [IFK_AlbumArtistId] ON [Album] ([ArtistId]);
CREATE INDEX [IFK_CustomerSupportRepId] ON [Customer] ([SupportRepId]);
CREATE INDEX [IFK_EmployeeReportsTo] ON [Employee] ([ReportsTo]);
CREATE INDEX [IFK_InvoiceCustomerId] ON [Invoice] ([CustomerId]);
CREATE INDEX [IFK_InvoiceLineInvoiceId] ON [InvoiceLine] ([InvoiceId]);
CREATE INDEX [IFK_InvoiceLineTrackId] ON [InvoiceLine] ([TrackId]);
CREATE INDEX [IFK_PlaylistTrackPlaylistId] ON [PlaylistTrack] ([PlaylistId]);
CREATE INDEX [IFK_PlaylistTrackTrackId] ON [PlaylistTrack] ([TrackId]);
CREATE INDEX [IFK_TrackAlbumId] ON [Track] ([AlbumId]);
CREATE INDEX [IFK_TrackGenreId] ON [Track] ([GenreId]);
CREATE INDEX [IFK_TrackMediaTypeId] ON [Track] ([MediaTypeId]);
